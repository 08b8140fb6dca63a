//! Advertisers, one at a time: TikTok tells which ones a token reaches only to whoever has the app's secret (`oauth2/advertiser/get`).

use super::{
    Tiktok,
    api::{Ask, BadBody, Data, Tally, json},
};
use crate::{Error, scalar::Text};
use serde::Deserialize;
use trimtab_domain::{
    Source,
    account::{Account, Standing},
    id::AccountId,
};

const FIELDS: [&str; 5] = ["advertiser_id", "name", "currency", "timezone", "status"];

#[derive(Deserialize)]
struct Advertisers<'a> {
    #[serde(borrow)]
    list: Vec<Advertiser<'a>>,
}

#[derive(Deserialize)]
struct Advertiser<'a> {
    #[serde(borrow)]
    advertiser_id: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow)]
    currency: Text<'a>,
    /// The zone days are cut in. It may be an `Etc/GMT+8`, whose sign is the reverse of what it looks like, and differ from
    /// `display_timezone`, which is for show.
    #[serde(borrow)]
    timezone: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
}

impl Advertiser<'_> {
    /// The account, or what is wrong with it.
    fn account(&self) -> Result<Account, String> {
        let id = self.advertiser_id.compact();
        Ok(Account {
            source: Source::Tiktok,
            name: if self.name.0.is_empty() { id.clone() } else { self.name.compact() },
            currency: self.currency.0.parse().map_err(|error| format!("account {id}: {error}"))?,
            zone: self.timezone.0.parse().map_err(|error| format!("account {id}: {error}"))?,
            id: AccountId::new(id),
            standing: match self.status.0.as_ref() {
                "" | "STATUS_ENABLE" => Standing::Good,
                word => Standing::Restricted(word.into()),
            },
        })
    }
}

/// Why no accounts are listed, and what to do instead.
pub(super) fn unlisted() -> Error {
    let reason = "TikTok lists the accounts of a token only to the app that issued it: name the account by its advertiser id, as the \
                  address of Ads Manager shows it after aadvid=";
    Error::Rejected { platform: Source::Tiktok, account: None, reason: reason.to_owned() }
}

impl Tiktok {
    /// One advertiser.
    ///
    /// # Errors
    /// [`Error::Auth`] or [`Error::Rejected`] when the credential does not reach it; else as any read.
    pub(super) async fn advertiser(&self, id: &AccountId) -> Result<Account, Error> {
        let params = vec![("advertiser_ids", json(&[id.as_str()])), ("fields", json(&FIELDS))];
        let ask = Ask::get(Some(id), "advertiser/info/", params);
        let read = |body: &[u8]| {
            let Data { data }: Data<Advertisers<'_>> = serde_json::from_slice(body)?;
            let row = data.list.iter().find(|row| row.advertiser_id.0 == id.as_str());
            row.map(Advertiser::account).transpose().map_err(BadBody::Conflict)
        };
        self.api.ask(&Tally::default(), &ask, read).await?.ok_or_else(|| {
            let reason = "there is no such advertiser, or it has not authorised the app of this token: check the id and the access";
            Error::Rejected { platform: Source::Tiktok, account: Some(id.clone()), reason: reason.to_owned() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(json: &str) -> Result<Account, String> {
        serde_json::from_str::<Advertiser<'_>>(json).unwrap().account()
    }

    #[test]
    fn an_advertiser_becomes_an_account() {
        let json = r#"{"advertiser_id":7002238017842757633,"name":"","currency":"TRY","timezone":"Europe/Istanbul",
            "display_timezone":"Etc/GMT-3","status":"STATUS_ENABLE","create_time":1700000000,"balance":0.5}"#;
        let account = account(json).unwrap();
        assert_eq!((account.id.as_str(), account.name.as_str()), ("7002238017842757633", "7002238017842757633"));
        assert_eq!((account.zone.as_str(), account.standing), ("Europe/Istanbul", Standing::Good));
    }

    #[test]
    fn inverted_zones_and_limits_are_understood() {
        let json = r#"{"advertiser_id":"7","name":"Shop","currency":"USD","timezone":"Etc/GMT+8","status":"STATUS_LIMIT"}"#;
        let account = account(json).unwrap();
        let day = account.zone.day_at("2026-11-02T07:59:00Z".parse().unwrap());
        assert_eq!(day.to_string(), "2026-11-01", "GMT+8 lies eight hours behind");
        assert_eq!(account.standing, Standing::Restricted("STATUS_LIMIT".into()));
    }

    #[test]
    fn unknown_money_or_zone_names_the_account() {
        let error = account(r#"{"advertiser_id":"7","currency":"€","timezone":"Europe/Berlin"}"#).unwrap_err();
        assert!(error.contains("account 7") && error.contains('€'), "{error}");
        let error = account(r#"{"advertiser_id":"7","currency":"EUR","timezone":"Mars/Olympus"}"#).unwrap_err();
        assert!(error.contains("Mars/Olympus"), "{error}");
    }
}

//! Pixels, as the account lists them. A sync does not read them: nothing of a pixel is kept of TikTok.

use super::{
    Tiktok,
    api::{Ask, BadBody, Data, Failure, Gather, PageEnd, PageInfo, Tally},
};
use crate::{
    Error, limits,
    objects::{attributes, bare},
};
use compact_str::CompactString;
use serde::Deserialize;
use std::collections::HashSet;
use trimtab_domain::{
    account::Account,
    entity::{EntityKind, EntityState, Status},
};

const LIST: &str = "pixel/list/";

#[derive(Deserialize)]
struct Pixel {
    pixel_id: CompactString,
    #[serde(default)]
    pixel_name: CompactString,
    pixel_code: Option<CompactString>,
    pixel_category: Option<CompactString>,
    activity_status: Option<CompactString>,
    create_time: Option<CompactString>,
}

/// The list has a name of its own here.
#[derive(Deserialize)]
struct Pixels {
    pixels: Vec<Pixel>,
    page_info: PageInfo,
}

#[derive(Default)]
struct Gathered {
    pixels: Vec<Pixel>,
    known: HashSet<CompactString>,
}

impl Gather for Gathered {
    fn take(&mut self, body: &[u8]) -> Result<PageEnd, BadBody> {
        let Data { data }: Data<Pixels> = serde_json::from_slice(body)?;
        let (rows, before) = (data.pixels.len(), self.pixels.len());
        self.pixels.extend(data.pixels.into_iter().filter(|pixel| self.known.insert(pixel.pixel_id.clone())));
        Ok(PageEnd { info: data.page_info, rows, fresh: self.pixels.len() - before })
    }

    fn held(&self) -> usize {
        self.pixels.len()
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Tiktok {
    /// The account's pixels; `None` where the credential may not see them.
    pub(super) async fn pixels(&self, account: &Account, tally: &Tally) -> Result<Option<Vec<EntityState>>, Error> {
        let ask = Ask::get(Some(&account.id), LIST, vec![("advertiser_id", account.id.as_str().into())]);
        let mut gathered = Gathered::default();
        match self.api.pages(tally, &ask, limits::TIKTOK_PIXEL_ROWS, &mut gathered).await {
            Err(Failure::Forbidden(error)) => {
                tracing::warn!(account = account.id.as_str(), error = error.to_string(), "pixels are left out");
                Ok(None)
            }
            listed => {
                listed?;
                Ok(Some(gathered.pixels.into_iter().map(|pixel| pixel.state(account)).collect()))
            }
        }
    }
}

impl Pixel {
    fn state(self, account: &Account) -> EntityState {
        let word = self.activity_status.unwrap_or_default();
        EntityState {
            name: self.pixel_name,
            status: match word.as_str() {
                "" | "ACTIVE" => Status::Active,
                "INACTIVE" => Status::Paused,
                _ => Status::Unknown,
            },
            platform_status: word,
            attributes: attributes([
                ("pixel_code", self.pixel_code),
                ("pixel_category", self.pixel_category),
                ("create_time", self.create_time),
            ]),
            ..bare(EntityKind::Pixel, self.pixel_id, account.id.as_str().into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_add_up_and_a_pixel_counts_once() {
        let page = |ids: &[&str], page: u32| {
            let pixels: Vec<String> = ids.iter().map(|id| format!(r#"{{"pixel_id":"{id}","activity_status":"ACTIVE"}}"#)).collect();
            format!(
                r#"{{"code":0,"data":{{"pixels":[{}],"page_info":{{"page":{page},"page_size":2,"total_number":3,"total_page":2}}}}}}"#,
                pixels.join(",")
            )
        };
        let mut all = Gathered::default();
        assert_eq!(all.take(page(&["1", "2"], 1).as_bytes()).unwrap().fresh, 2);
        assert_eq!(all.take(page(&["2", "3"], 2).as_bytes()).unwrap().fresh, 1);
        assert_eq!(all.held(), 3);
        assert!(matches!(all.take(br#"{"code":0,"data":{}}"#), Err(BadBody::Malformed(_))));
    }
}

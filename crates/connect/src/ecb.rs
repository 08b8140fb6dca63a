//! The euro reference rates of the European Central Bank: nobody's own data, the same for all, read without a credential.
//!
//! Two files are enough: the whole history since 1999 as a zipped CSV, and the last ninety days as XML. Both name business days only and
//! grow by one day at about 16:00 in Frankfurt. Currencies that have ended stay in the history as `N/A`.
//!
//! It keeps nothing and decides neither when to read nor which day's rate counts ([`trimtab_domain::rates`]). **Invariant.** A rate is
//! positive and a day of a currency has one; a file that says otherwise is refused as a whole.

mod csv;
mod xml;

pub use csv::parse_csv;
pub use xml::parse_xml;

use crate::{Error, limits};
use std::{
    collections::HashMap,
    io::{Cursor, Read},
    time::Duration,
};
use trimtab_domain::{
    Currency, Day, Source,
    id::AccountId,
    rates::{PerEuro, Rate},
};
use trimtab_wire::{Call, Complaint, Dialect, HeaderMap, Method, Refusal, Scope, Usage, Verdict, Wire};
use url::Url;

/// Where the bank publishes.
pub const BASE_URL: &str = "https://www.ecb.europa.eu";

/// Every day since 1999.
const HISTORY: &str = "stats/eurofxref/eurofxref-hist.zip";
/// The last ninety days.
const RECENT: &str = "stats/eurofxref/eurofxref-hist-90d.xml";

/// The central bank's published files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ecb {
    wire: Wire,
    base: Url,
    deadline: Duration,
}

impl Ecb {
    /// A reader of the files below `base_url` ([`BASE_URL`] or a simulated bank's).
    pub(crate) fn new(wire: Wire, base_url: Option<Url>, deadline: Duration) -> Self {
        let mut base = base_url.unwrap_or_else(live);
        base.set_query(None);
        base.set_path(&format!("{}/", base.path().trim_end_matches('/')));
        Self { wire, base, deadline }
    }

    /// Every rate since 1999, in no particular order.
    ///
    /// # Errors
    /// [`Error::Drift`] when the file is not what it should be; else as any read.
    pub async fn all(&self) -> Result<Vec<Rate>, Error> {
        self.file(HISTORY, |body| parse_csv(&unzipped(body)?)).await
    }

    /// The rates of the last ninety days, in no particular order.
    ///
    /// # Errors
    /// As [`Self::all`].
    pub async fn latest(&self) -> Result<Vec<Rate>, Error> {
        self.file(RECENT, |body| parse_xml(&text(body)?)).await
    }

    /// A file, asked for again where it arrives broken.
    async fn file(&self, path: &str, read: impl Fn(&[u8]) -> Result<Vec<Rate>, Error>) -> Result<Vec<Rate>, Error> {
        let url = self.base.join(path).map_err(|error| drift(format!("{path} cannot be part of a URL: {error}"), ""))?;
        let mut broken = 0;
        loop {
            let call = Call {
                source: Source::Ecb,
                account: None,
                method: Method::Get,
                url: &url,
                params: &[],
                json: None,
                headers: &[],
                secrets: &[],
                dialect: &EcbDialect,
                deadline: self.deadline,
                weight: 1,
            };
            let reply = self.wire.call(call).await?;
            match read(&reply.body) {
                Err(Error::Drift { .. }) if broken + 1 < limits::MALFORMED_ATTEMPTS_MAX => {
                    broken += 1;
                    tokio::time::sleep(limits::MALFORMED_WAIT * broken).await;
                }
                rates => return rates,
            }
        }
    }
}

/// [`BASE_URL`], parsed.
fn live() -> Url {
    Url::parse(BASE_URL).expect("the constant is a URL")
}

/// The CSV within a zip.
fn unzipped(body: &[u8]) -> Result<String, Error> {
    let broken = |what: String| drift(format!("the history is no zip of a CSV: {what}"), "");
    let mut archive = zip::ZipArchive::new(Cursor::new(body)).map_err(|error| broken(error.to_string()))?;
    let is_csv = |name: &str| name.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    let named = archive.file_names().filter_map(Result::ok).find(|name| is_csv(name)).map(std::borrow::Cow::into_owned);
    let name = named.ok_or_else(|| broken("it holds no .csv".to_owned()))?;
    let mut csv = String::new();
    // Read to a limit and not by the size the archive claims.
    let mut file = archive.by_name(&name).map_err(|error| broken(error.to_string()))?.take(limits::ECB_CSV_BYTES_MAX + 1);
    file.read_to_string(&mut csv).map_err(|error| broken(error.to_string()))?;
    if u64::try_from(csv.len()).is_ok_and(|bytes| bytes <= limits::ECB_CSV_BYTES_MAX) {
        Ok(csv)
    } else {
        Err(broken(format!("{name} has more than {} bytes", limits::ECB_CSV_BYTES_MAX)))
    }
}

fn text(body: &[u8]) -> Result<String, Error> {
    String::from_utf8(body.to_vec()).map_err(|error| drift(format!("the file is no text: {error}"), ""))
}

/// Rates as they are gathered from a file.
#[derive(Debug, Default)]
struct Gathered {
    rates: Vec<Rate>,
    known: HashMap<(Currency, Day), PerEuro>,
}

impl Gathered {
    /// Takes a rate in. One that is told twice counts once.
    fn add(&mut self, currency: Currency, day: Day, text: &str) -> Result<(), String> {
        let per_euro: PerEuro = text.parse().map_err(|error| format!("{currency} on {day}: {error}"))?;
        match self.known.insert((currency, day), per_euro) {
            None => self.rates.push(Rate { currency, day, per_euro }),
            Some(before) if before == per_euro => {}
            Some(before) => return Err(format!("{currency} on {day}: two different rates, {before} and {per_euro}")),
        }
        Ok(())
    }

    /// All of them. A file without any says nothing, and nothing is not taken for an answer.
    fn finish(self, start: &str) -> Result<Vec<Rate>, Error> {
        if self.rates.is_empty() { Err(drift("the file names no rate".to_owned(), start)) } else { Ok(self.rates) }
    }
}

/// A file of another shape, with its beginning.
fn drift(what: String, text: &str) -> Error {
    Error::Drift { platform: Source::Ecb, account: None, what, sample: text.chars().take(limits::SAMPLE_BYTES_MAX).collect() }
}

/// How the bank's site speaks: files and statuses, and nothing else.
#[derive(Debug, Clone, Copy)]
struct EcbDialect;

impl Dialect for EcbDialect {
    fn classify(&self, status: u16, headers: &HeaderMap, _body: &[u8]) -> Verdict {
        // The body of a refusal is a page of a web site.
        let complaint = Complaint { status, message: "the file is not there".to_owned(), ..Complaint::default() };
        match status {
            ..300 => Verdict::Good,
            429 => {
                let seconds = headers.get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
                let complaint = Complaint { message: "too many requests".to_owned(), ..complaint };
                Verdict::Limited { scope: Scope::Platform, wait: seconds.map(Duration::from_secs), complaint }
            }
            408 | 500.. => Verdict::Transient(Complaint { message: "the site has trouble".to_owned(), ..complaint }),
            _ => Verdict::Refused(Refusal::Missing, complaint),
        }
    }

    fn usage(&self, _headers: &HeaderMap, _account: Option<&AccountId>) -> Vec<Usage> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests;

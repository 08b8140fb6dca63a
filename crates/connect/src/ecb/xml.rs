//! The file of the last ninety days: `<Cube time="2026-10-30"><Cube currency="USD" rate="1.1172"/>…</Cube>`.

use super::{Gathered, drift};
use crate::Error;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use trimtab_domain::{Currency, Day, day::parse_day, rates::Rate};

/// The rates of a published XML, in the order of the file.
///
/// # Errors
/// [`Error::Drift`] when it is no such file: no XML, cut short, a rate without its day, or no rate at all.
pub fn parse_xml(text: &str) -> Result<Vec<Rate>, Error> {
    let mut reader = Reader::from_str(text);
    let (mut gathered, mut day, mut depth) = (Gathered::default(), None, 0_u32);
    loop {
        let broken = |what: String| drift(format!("the rates as XML: {what}"), text);
        match reader.read_event().map_err(|error| broken(error.to_string()))? {
            Event::Start(element) => {
                depth += 1;
                take(&mut gathered, &mut day, &element).map_err(broken)?;
            }
            Event::Empty(element) => take(&mut gathered, &mut day, &element).map_err(broken)?,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof if depth > 0 => return Err(broken("it ends too early".to_owned())),
            Event::Eof => return gathered.finish(text),
            _ => {}
        }
    }
}

/// Takes in an element, of which only cubes say anything. The day of a rate is that of the cube before it that names one.
fn take(gathered: &mut Gathered, day: &mut Option<Day>, element: &BytesStart<'_>) -> Result<(), String> {
    if element.local_name().as_ref() != "Cube" {
        return Ok(());
    }
    let attribute = |name: &str| {
        let found = element.try_get_attribute(name).map_err(|error| error.to_string())?;
        Ok::<_, String>(found.map(|attribute| attribute.value.into_owned()))
    };
    if let Some(time) = attribute("time")? {
        *day = Some(parse_day(&time).map_err(|error| error.to_string())?);
    }
    let Some(code) = attribute("currency")? else { return Ok(()) };
    let currency: Currency = code.parse().map_err(|error| format!("{error}"))?;
    let day = day.ok_or_else(|| format!("a rate of {currency} without its day"))?;
    let rate = attribute("rate")?.ok_or_else(|| format!("no rate for {currency} on {day}"))?;
    gathered.add(currency, day, &rate)
}

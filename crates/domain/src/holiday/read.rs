//! From the file of holidays to countries whose every rule can be trusted; what cannot is named.

use super::{Country, Rule};
use crate::Currency;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    everywhere: BTreeMap<String, String>,
    common: BTreeMap<String, String>,
    countries: BTreeMap<String, RawCountry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCountry {
    name: String,
    currency: Currency,
    zones: Vec<String>,
    keeps: Vec<String>,
    own: BTreeMap<String, String>,
}

pub(super) fn parse(yaml: &str) -> Result<Vec<Country>, String> {
    let file: RawFile = serde_yaml_ng::from_str(yaml).map_err(|e| e.to_string())?;
    let mut all = Vec::<Country>::new();
    for (code, raw) in file.countries {
        let named = |why: String| format!("{code}: {why}");
        if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(named("not an ISO 3166-1 code of two capitals".to_owned()));
        }
        for zone in &raw.zones {
            zone.parse::<crate::Zone>().map_err(|e| named(e.to_string()))?;
            if all.iter().any(|other| other.zones.contains(zone)) {
                return Err(named(format!("{zone} is another country's, too")));
            }
        }
        let mut days = BTreeMap::new();
        let kept = raw.keeps.iter().map(|name| {
            let rule = file.common.get(name).ok_or_else(|| named(format!("'{name}' is not among the common days")))?;
            Ok((name, rule))
        });
        let everywhere = file.everywhere.iter().map(Ok::<_, String>);
        for entry in everywhere.chain(kept).chain(raw.own.iter().map(Ok)) {
            let (name, rule) = entry?;
            if days.insert(name.clone(), rule.parse::<Rule>().map_err(named)?).is_some() {
                return Err(named(format!("'{name}' is there twice")));
            }
        }
        all.push(Country { code, name: raw.name, currency: raw.currency, zones: raw.zones, days });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named() {
        let file = |country: &str| {
            parse(&format!("everywhere: {{New Year: 01-01}}\ncommon: {{Easter Sunday: easter}}\ncountries: {{{country}}}"))
        };
        let good = "NL: {name: x, currency: EUR, zones: [Europe/Amsterdam], keeps: [Easter Sunday], own: {}}";
        assert_eq!(file(good).map(|all| all[0].days.len()), Ok(2));
        for (country, why) in [
            (good.replace("NL", "nl"), "two capitals"),
            (good.replace("Easter Sunday", "Nowhere"), "not among the common"),
            (good.replace("own: {}", "own: {New Year: 02-01}"), "twice"),
            (good.replace("own: {}", "own: {x: someday}"), "no rule"),
            (good.replace("Europe/Amsterdam", "Europe/Atlantis"), "time zone"),
            (format!("{good}, {}", good.replace("NL", "BE")), "another country's"),
        ] {
            assert!(file(&country).is_err_and(|error| error.contains(why)), "{why}: {:?}", file(&country));
        }
    }
}

//! Keys of rows: what identifies them and what people call them.

use super::Asked;
use crate::days;
use trimtab_domain::{
    Source,
    entity::EntityKind,
    query::{Dimension, Key},
};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Id and name of a value of a time dimension.
pub(super) fn time(dimension: Dimension, number: i32) -> (String, String) {
    if dimension == Dimension::Weekday {
        let name = usize::try_from(number - 1).ok().and_then(|i| WEEKDAYS.get(i)).copied().unwrap_or_default();
        return (number.to_string(), name.to_owned());
    }
    if dimension == Dimension::Hour {
        return (number.to_string(), format!("{number:02}:00"));
    }
    let day = days::from_epoch(number).to_string();
    (day.clone(), day)
}

/// Whose value a key is: ids are unique within an account only.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    pub(super) platform: u32,
    pub(super) account: u32,
}

impl Asked<'_> {
    pub(super) fn key(&self, dimension: Dimension, value: i64, owner: Option<Owner>) -> Key {
        if dimension.is_time() || dimension.is_cycle() {
            let (id, name) = time(dimension, i32::try_from(value).unwrap_or_default());
            return Key { id, name };
        }
        let codes = &self.tenant.codes;
        let code = u32::try_from(value).unwrap_or(u32::MAX);
        let id = codes.text(code).to_string();
        let name = match (dimension, owner) {
            (Dimension::Platform, _) if id.is_empty() => "(no paid click)".to_owned(),
            (Dimension::Platform, _) => id.parse().map_or_else(|_| id.clone(), |s: Source| s.label().to_owned()),
            (Dimension::Account, Some(owner)) => self.account_name(&codes.text(owner.platform), &id),
            (Dimension::Campaign, owner) => self.object(EntityKind::Campaign, code, &id, owner),
            (Dimension::AdGroup, owner) => self.object(EntityKind::AdGroup, code, &id, owner),
            (Dimension::Ad, owner) => self.object(EntityKind::Ad, code, &id, owner),
            (Dimension::UtmSource | Dimension::UtmMedium | Dimension::UtmCampaign, _) if id.is_empty() => "(not marked)".to_owned(),
            _ => id.clone(),
        };
        Key { id, name }
    }

    fn object(&self, kind: EntityKind, code: u32, id: &str, owner: Option<Owner>) -> String {
        let known = owner.and_then(|o| self.current.find(kind, o.platform, o.account, code)).map(|e| e.name.as_str());
        named(kind, id, known)
    }
}

/// What an object is called: by its name where it is known to have one, else by its id.
pub(crate) fn named(kind: EntityKind, id: &str, known: Option<&str>) -> String {
    match known.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None if id.is_empty() => format!("(no {})", kind.as_str().replace('_', " ")),
        None => id.to_owned(),
    }
}

//! A search for orders, in the notation of `searchCriteria`. Every condition stands in a group of its own, so all of them hold.

use trimtab_domain::{Day, DayRange, Timestamp, Zone};

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub(super) struct Search(Vec<(&'static str, &'static str, String)>);

impl Search {
    /// The same with one more condition.
    pub(super) fn with(mut self, field: &'static str, condition: &'static str, value: impl Into<String>) -> Self {
        self.0.push((field, condition, value.into()));
        self
    }

    /// The same, of orders placed on some days of a zone.
    pub(super) fn placed(self, zone: &Zone, days: DayRange) -> Result<Self, String> {
        let after = days.to().tomorrow().map_err(|error| error.to_string())?;
        Ok(self.with("created_at", "gteq", begin(zone, days.from())?).with("created_at", "lt", begin(zone, after)?))
    }

    /// The same, of orders that count and stand.
    pub(super) fn standing(self) -> Self {
        self.with("state", "nin", "canceled,pending_payment")
    }

    /// As parameters: `size` of them by id, with these fields.
    pub(super) fn params(&self, size: u32, fields: &str) -> Vec<(String, String)> {
        let mut params = Vec::new();
        let mut put = |name: String, value: String| params.push((format!("searchCriteria{name}"), value));
        for (group, (field, condition, value)) in self.0.iter().enumerate() {
            let filter = format!("[filter_groups][{group}][filters][0]");
            put(format!("{filter}[field]"), (*field).to_owned());
            put(format!("{filter}[value]"), value.clone());
            put(format!("{filter}[condition_type]"), (*condition).to_owned());
        }
        put("[sortOrders][0][field]".to_owned(), "entity_id".to_owned());
        put("[sortOrders][0][direction]".to_owned(), "ASC".to_owned());
        put("[pageSize]".to_owned(), size.to_string());
        put("[currentPage]".to_owned(), "1".to_owned());
        params.push(("fields".to_owned(), fields.to_owned()));
        params
    }
}

/// An instant as Magento writes it: in UTC, without saying so.
pub(super) fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// When a day begins in a zone. Where midnight does not exist, it begins later.
pub(super) fn begin(zone: &Zone, day: Day) -> Result<String, String> {
    let begin = day.to_zoned(zone.tz().clone()).and_then(|midnight| midnight.start_of_day());
    begin.map(|begin| utc(begin.timestamp())).map_err(|error| format!("{day} in {zone}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_has_its_group_and_days_are_the_stores() {
        let zone = "America/Chicago".parse().unwrap();
        let search = Search::default().placed(&zone, "2026-11-01..2026-11-01".parse().unwrap()).unwrap().standing();
        let params = search.params(100, "total_count");
        let of = |name: &str| {
            params.iter().find(|(own, _)| own == &format!("searchCriteria{name}")).map(|(_, value)| value.as_str()).unwrap()
        };
        assert_eq!(of("[filter_groups][0][filters][0][value]"), "2026-11-01 05:00:00");
        assert_eq!(of("[filter_groups][1][filters][0][value]"), "2026-11-02 06:00:00", "a day of 25 hours");
        assert_eq!(of("[filter_groups][1][filters][0][condition_type]"), "lt");
        assert_eq!((of("[filter_groups][2][filters][0][field]"), of("[pageSize]")), ("state", "100"));
        assert_eq!(params.last().unwrap(), &("fields".to_owned(), "total_count".to_owned()));
    }
}

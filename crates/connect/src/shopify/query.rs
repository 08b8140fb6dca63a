//! The questions, as GraphQL, and the filters within them.

use crate::limits;
use std::fmt::Write as _;
use trimtab_domain::{Day, DayRange, Timestamp, Zone};

/// What an app is, and for which shop.
pub(super) const SHOP: &str = "query Shop { shop { name myshopifyDomain currencyCode ianaTimezone } }";
/// What an app may do.
pub(super) const SCOPES: &str = "query Scopes { currentAppInstallation { accessScopes { handle } } }";
/// How many orders there are.
pub(super) const COUNT: &str = "query Count($query: String!) { ordersCount(query: $query, limit: null) { count precision } }";
/// Which orders were changed.
pub(super) const CHANGED: &str = "query Changed($query: String!, $first: Int!, $cursor: String) { \
    orders(first: $first, after: $cursor, sortKey: UPDATED_AT, query: $query) { \
    pageInfo { hasNextPage endCursor } nodes { id processedAt updatedAt } } }";
/// Has a file prepared.
pub(super) const PREPARE: &str = "mutation Prepare($query: String!) { bulkOperationRunQuery(query: $query) { \
    bulkOperation { id status } userErrors { field message } } }";
/// How far the file is.
pub(super) const PREPARED: &str =
    "query Prepared($id: ID!) { node(id: $id) { ... on BulkOperation { id status errorCode objectCount url } } }";

/// What is asked of an order: figures, marks and its place in time. Nothing of whoever placed it but an id, and that only where customers
/// are told apart.
fn fields(customers: bool) -> String {
    let customer = if customers { "customer { id } " } else { "" };
    format!(
        "id name processedAt updatedAt cancelledAt test {customer}\
         totalPriceSet {{ shopMoney {{ amount currencyCode }} }} totalRefundedSet {{ shopMoney {{ amount }} }} \
         totalTaxSet {{ shopMoney {{ amount }} }} totalShippingPriceSet {{ shopMoney {{ amount }} }} \
         totalDiscountsSet {{ shopMoney {{ amount }} }} \
         customerJourneySummary {{ ready customerOrderIndex lastVisit {{ source utmParameters {{ source medium campaign }} }} }}"
    )
}

/// A page of orders.
pub(super) fn orders(customers: bool) -> String {
    format!(
        "query Orders($query: String!, $first: Int!, $cursor: String) {{ \
         orders(first: $first, after: $cursor, sortKey: PROCESSED_AT, query: $query) {{ \
         pageInfo {{ hasNextPage endCursor }} nodes {{ {} }} }} }}",
        fields(customers)
    )
}

/// All orders of a filter as one question, for a file.
pub(super) fn all_orders(filter: &str, customers: bool) -> String {
    format!("{{ orders(query: {}) {{ edges {{ node {{ {} }} }} }} }}", quoted(filter), fields(customers))
}

/// How many orders stand on each of some days: all but tests, and of these the cancelled ones, which have to be taken off. (That a filter
/// may be negated is documented too; two counts need no such faith.)
pub(super) fn counts(zone: &Zone, days: &[Day]) -> Result<String, String> {
    let mut query = String::from("query Counts {");
    for (at, day) in days.iter().enumerate() {
        let filter = processed(zone, DayRange::single(*day))?;
        for (name, more) in [("a", "test:false"), ("c", "test:false AND status:cancelled")] {
            let filter = quoted(&format!("{filter} AND {more}"));
            write!(query, " {name}{at}: ordersCount(query: {filter}, limit: null) {{ count precision }}")
                .map_err(|e| e.to_string())?;
        }
    }
    query.push_str(" }");
    Ok(query)
}

/// The filter of orders that were processed on some days of a zone.
pub(super) fn processed(zone: &Zone, days: DayRange) -> Result<String, String> {
    let after = days.to().tomorrow().map_err(|error| error.to_string())?;
    Ok(format!("processed_at:>='{}' AND processed_at:<'{}'", start(zone, days.from())?, start(zone, after)?))
}

/// The filter of orders that were changed at or after an instant and processed before a day.
pub(super) fn changed(zone: &Zone, since: Timestamp, before: Day) -> Result<String, String> {
    Ok(format!("updated_at:>='{}' AND processed_at:<'{}'", whole_second(since), start(zone, before)?))
}

/// The instant a day begins in a zone. Where midnight does not exist, the day begins later.
fn start(zone: &Zone, day: Day) -> Result<Timestamp, String> {
    let begin = day.to_zoned(zone.tz().clone()).and_then(|midnight| midnight.start_of_day());
    begin.map(|begin| begin.timestamp()).map_err(|error| format!("{day} in {zone}: {error}"))
}

/// An instant without what is smaller than a second, which filters do not know.
fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// A text as GraphQL writes it, which is as JSON does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Days of which one question asks the counts.
pub(super) const DAYS_AT_ONCE: usize = limits::SHOPIFY_COUNT_DAYS;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_the_shops_and_filters_are_instants() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let filter = processed(&berlin, "2026-10-24..2026-10-25".parse().unwrap()).unwrap();
        assert_eq!(filter, "processed_at:>='2026-10-23T22:00:00Z' AND processed_at:<'2026-10-25T23:00:00Z'", "an hour more");
        // In Beirut clocks went from midnight to one.
        let beirut: Zone = "Asia/Beirut".parse().unwrap();
        let filter = processed(&beirut, "2026-03-29..2026-03-29".parse().unwrap()).unwrap();
        assert!(filter.starts_with("processed_at:>='2026-03-28T22:00:00Z'"), "{filter}");
        let since: Timestamp = "2026-11-20T10:00:00.75Z".parse().unwrap();
        let filter = changed(&berlin, since, jiff::civil::date(2026, 10, 1)).unwrap();
        assert_eq!(filter, "updated_at:>='2026-11-20T10:00:00Z' AND processed_at:<'2026-09-30T22:00:00Z'");
    }

    #[test]
    fn counts_name_each_day_twice_and_customers_are_asked_for_only_where_wanted() {
        let zone = "UTC".parse().unwrap();
        let query = counts(&zone, &[jiff::civil::date(2026, 11, 1), jiff::civil::date(2026, 11, 2)]).unwrap();
        assert_eq!(query.matches("ordersCount").count(), 4);
        assert!(query.contains(r#"c1: ordersCount(query: "processed_at:>='2026-11-02T00:00:00Z'"#), "{query}");
        assert!(orders(true).contains("customer { id }") && !orders(false).contains("customer {"));
        for personal in ["email", "firstName", "lastName", "phone", "ddress", "displayName"] {
            assert!(!orders(true).contains(personal) && !all_orders("", true).contains(personal), "{personal}");
        }
    }
}

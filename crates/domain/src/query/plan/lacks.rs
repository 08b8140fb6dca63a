//! Which dimensions a table has, and which of them mean the same in two tables.

use crate::{metric::FactTable, query::Dimension};
use Dimension as D;

/// Why a table has no such dimension; `None` where it has.
pub(super) fn lacks(table: FactTable, dimension: Dimension) -> Option<&'static str> {
    if matches!(dimension, D::Date | D::Week | D::Month | D::Weekday | D::Platform | D::Account) {
        return match (table, dimension) {
            (FactTable::Emails, D::Platform) => Some("mailings belong to no ad platform; ask by account or campaign"),
            _ => None,
        };
    }
    let by_action = matches!(dimension, D::ActionType | D::Window);
    let by_word = !dimension.keywords().is_empty();
    let by_part = !dimension.breakdowns().is_empty();
    let by_link = matches!(dimension, D::UtmSource | D::UtmMedium | D::UtmCampaign);
    let of_ads = matches!(dimension, D::Campaign | D::AdGroup | D::Ad | D::Objective | D::Status);
    match table {
        FactTable::Performance if by_action => Some("only action_count and action_value are kept by action type and window"),
        FactTable::Performance | FactTable::ConversionDaily if by_link || dimension == D::Channel => {
            Some("ad platforms do not report how their links are marked; ask by platform or campaign")
        }
        FactTable::Performance | FactTable::ConversionDaily if matches!(dimension, D::Customer | D::MailKind) => {
            Some("advertising is not kept like that")
        }
        FactTable::Performance => None,
        FactTable::ConversionDaily if dimension == D::Hour => Some("conversions by action type are kept by day"),
        FactTable::ConversionDaily if by_part => Some("conversions by action type are not split by person or placement"),
        FactTable::ConversionDaily if by_word => Some("conversions by action type are not kept by keyword"),
        FactTable::ConversionDaily => None,
        FactTable::Orders if by_link || dimension == D::Customer => None,
        FactTable::Orders if of_ads => Some("orders are known by the marks of their link only; ask by utm_campaign or platform"),
        FactTable::Orders => Some("orders are kept by day, account, customer (new or returning) and the marks of their link"),
        FactTable::Sessions if by_link || dimension == D::Channel => None,
        FactTable::Sessions if of_ads => Some("visits are known by the marks of their link only; ask by utm_campaign or platform"),
        FactTable::Sessions => Some("visits are kept by day, account, channel and the marks of their link"),
        FactTable::Emails if matches!(dimension, D::Campaign | D::MailKind) => None,
        FactTable::Emails => Some("mailings are kept by day, account, campaign or flow"),
        FactTable::Accounts => Some("a source's own totals are kept by day and account"),
    }
}

/// Whether rows of two tables that agree in a dimension belong together.
pub(super) fn means_the_same(one: FactTable, other: FactTable, dimension: Dimension) -> bool {
    use FactTable as T;
    if one == other || matches!(dimension, D::Date | D::Week | D::Month | D::Weekday) {
        return true;
    }
    let both =
        |a: &[FactTable], b: &[FactTable]| (a.contains(&one) && b.contains(&other)) || (a.contains(&other) && b.contains(&one));
    let (ads, led) = ([T::Performance, T::ConversionDaily], [T::Orders, T::Sessions]);
    match dimension {
        // A shop's or site's own platform is not the one whose click is meant.
        D::Platform => !both(&led, &[T::Accounts]),
        // An account of one kind of source is none of another's.
        D::Account => both(&[T::Accounts], &T::ALL) || both(&ads, &ads),
        D::UtmSource | D::UtmMedium | D::UtmCampaign => both(&led, &led),
        _ => both(&ads, &ads),
    }
}

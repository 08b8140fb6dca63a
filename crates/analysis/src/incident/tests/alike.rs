//! Troubles that look like others, or come with them.

use super::{cause, found, made::Made, made::event, only};
use trimtab_domain::{
    Day,
    finding::{EventKind, Level},
};

/// Edits of the house: three people, six each, on one campaign, none of which needs to be told.
fn with_a_house(mut made: Made) -> Made {
    for (nth, by) in (0..18).zip(["Ada", "Ben", "Cleo"].into_iter().cycle()) {
        made.events.push(event(&made, "c0", EventKind::Budget, 20 + 6 * nth, Some(1.05), Some(by)));
    }
    made
}

#[test]
fn somebody_outside_may_come_twice() {
    let mut made = with_a_house(Made::new(8, 150).spend(2, 130..150, 0.5));
    made.events.push(event(&made, "c1", EventKind::Budget, 60, Some(0.95), Some("A partner")));
    made.events.push(event(&made, "c2", EventKind::Budget, 129, Some(0.5), Some("A partner")));
    assert_eq!(cause(&only(&made)), "outside_edit");
    made.events.push(event(&made, "c1", EventKind::Budget, 90, Some(1.05), Some("A partner")));
    assert_eq!(cause(&only(&made)), "budget_cut", "who comes three times among eighteen is one of the house");
}

#[test]
fn one_edit_of_what_campaigns_share_is_one() {
    let mut made = with_a_house(Made::new(8, 150).spend(2, 130..150, 0.5).spend(3, 130..150, 0.5));
    made.events.truncate(7);
    for campaign in ["c2", "c3"] {
        made.events.push(event(&made, campaign, EventKind::Budget, 129, Some(0.5), Some("A partner")));
    }
    let told = found(&made);
    assert_eq!(told.iter().map(cause).collect::<Vec<_>>(), ["outside_edit", "outside_edit"], "{told:#?}");
}

#[test]
fn a_slip_that_was_set_back_stays_one_when_a_raise_follows() {
    let slip = Made::new(7, 150).spend(1, 130..133, 5.0);
    let followed = found(&slip.clone().spend(1, 134..150, 1.3));
    let first = followed.first().map(|finding| (cause(finding), finding.from));
    assert_eq!(first, Some(("budget_typo", slip.day(130))), "{followed:#?}");
    let raised = only(&Made::new(7, 150).spend(1, 130..150, 2.5));
    assert_eq!(cause(&raised), "budget_raised", "what stays is no slip");
}

#[test]
fn a_slip_in_days_that_spend_somewhat_more_begins_on_its_own_day() {
    let slip = Made::new(7, 150).spend(1, 126..129, 1.3).spend(1, 129..132, 3.0);
    let told = found(&slip);
    assert!(told.iter().any(|finding| (cause(finding), finding.from) == ("budget_typo", slip.day(129))), "{told:#?}");
}

#[test]
fn a_broken_tag_in_a_dear_week_is_told_beside_it() {
    let made = Made::new(6, 150).price(130..138, 1.6).conversions(129..134, 0.08);
    let told = found(&made);
    let causes: Vec<&str> = told.iter().map(cause).collect();
    assert!(causes.contains(&"silent_pixel") && causes.contains(&"cpm_shock"), "{told:#?}");
}

#[test]
fn the_only_campaign_of_an_account_has_a_week_of_its_own() {
    // At weekends it spends a third less, and what is cut is a sixth.
    let weekends = (0..21).fold(Made::new(5, 150), |made, week| made.spend(0, 7 * week + 5..7 * week + 7, 0.7));
    let alone = (1..4).fold(weekends, |made, campaign| made.spend(campaign, 0..150, 0.0));
    let of_campaign = |made: &Made| -> Vec<(String, Day)> {
        let told = found(made).into_iter().filter(|finding| finding.entity.level == Level::Campaign);
        told.map(|finding| (cause(&finding).to_owned(), finding.from)).collect()
    };
    assert_eq!(of_campaign(&alone), vec![]);
    let cut = of_campaign(&alone.clone().spend(0, 130..150, 0.83));
    assert!(
        matches!(&cut[..], [(cause, from)] if cause == "budget_cut" && *from >= alone.day(129) && *from <= alone.day(132)),
        "{cut:#?}"
    );
}

#[test]
fn a_little_more_money_makes_no_auction_twice_as_dear() {
    let alone = (1..4).fold(Made::new(6, 150), |made, campaign| made.spend(campaign, 0..150, 0.0));
    let told = found(&alone.price(120..126, 1.9).spend(0, 120..150, 1.2));
    assert!(told.iter().any(|finding| cause(finding) == "cpm_shock"), "{told:#?}");
}

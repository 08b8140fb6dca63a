use super::*;
use proptest::prelude::*;

fn eur() -> Option<Currency> {
    Some("EUR".parse().unwrap())
}

fn target(metric: &str, bound: Bound, value: f64) -> Target {
    Target { metric: metric.to_owned(), bound, value, currency: None, period: Period::Month, platform: None }
}

fn sound() -> ClientKnowledge {
    ClientKnowledge {
        context: Context {
            industry: "Fashion".to_owned(),
            business_model: "Sells its own clothes to young people in big cities.".to_owned(),
            products: vec!["Apparel".to_owned(), "Accessories".to_owned()],
            customer: "25 to 35, in town".to_owned(),
            average_order_value: Some(Amount { value: 450.0, currency: "HKD".parse().unwrap() }),
            gross_margin: Some(55.0),
            notes: String::new(),
        },
        targets: vec![
            target("roas", Bound::AtLeast, 3.0),
            Target { currency: eur(), ..target("cpa", Bound::AtMost, 150.0) },
            Target { currency: eur(), ..target("spend", Bound::About, 50_000.0) },
            Target { platform: Some(Source::Meta), ..target("ctr", Bound::AtLeast, 1.5) },
            Target { currency: eur(), ..target("profit", Bound::AtLeast, -500.0) },
        ],
        strategy: vec![Channel {
            platform: Source::Meta,
            objective: "conversions".to_owned(),
            campaign_types: vec!["Advantage+".to_owned()],
            notes: String::new(),
        }],
        preferences: Preferences::default(),
    }
}

fn faults(change: impl FnOnce(&mut ClientKnowledge)) -> Vec<String> {
    let mut knowledge = sound();
    change(&mut knowledge);
    knowledge.faults().iter().map(ToString::to_string).collect()
}

fn fault_of(target: Target) -> String {
    let mut all = faults(|k| k.targets = vec![target]);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn what_can_be_passes() {
    assert_eq!(faults(|_| {}), Vec::<String>::new());
    assert_eq!(ClientKnowledge::default().faults(), vec![]);
    assert_eq!(sound().industry().unwrap().id, "fashion");
    assert_eq!(sound().constants().unwrap().get("gross_margin"), Some(55.0));
}

#[test]
fn a_target_says_what_is_wrong_with_it() {
    let meta = Some(Source::Meta);
    assert_eq!(fault_of(target("raos", Bound::AtLeast, 3.0)), "targets[0].metric: 'raos' is not a metric: did you mean roas?");
    assert_eq!(
        fault_of(target("cost_per_lead", Bound::AtMost, 3.0)),
        "targets[0].metric: 'cost_per_lead' is not a metric: did you mean cpa?"
    );
    assert_eq!(fault_of(target("cpa", Bound::AtMost, 3.0)), "targets[0].currency: CPA is an amount: say of which currency");
    let wrong = Target { currency: eur(), ..target("ctr", Bound::AtLeast, 3.0) };
    assert_eq!(fault_of(wrong), "targets[0].currency: CTR is a share in percent, not an amount of EUR");
    assert_eq!(fault_of(target("roas", Bound::AtLeast, f64::NAN)), "targets[0].value: it is not a number");
    assert_eq!(fault_of(target("roas", Bound::AtLeast, -1.0)), "targets[0].value: ROAS is never below zero");
    let always = fault_of(target("roas", Bound::AtLeast, 0.0));
    assert_eq!(always, "targets[0].value: ROAS is never below zero, so that this is always reached");
    let reach = fault_of(target("reach", Bound::AtLeast, 10.0));
    assert_eq!(reach, "targets[0].period: Reach cannot be added up over a month: only a day's can be told");
    let shop = Target { platform: Some(Source::Shopify), ..target("roas", Bound::AtLeast, 3.0) };
    assert_eq!(fault_of(shop), "targets[0].platform: Shopify is no ad platform");
    let mail = fault_of(Target { platform: meta, ..target("email_click_rate", Bound::AtLeast, 1.0) });
    assert!(mail.starts_with("targets[0].platform: email_click_rate has no platform: mailings belong to no ad platform"), "{mail}");
}

#[test]
fn targets_that_exclude_each_other_are_seen() {
    let both = |one: Target, two: Target| faults(|k| k.targets = vec![one, two]);
    let roas = |bound, value| target("roas", bound, value);
    assert_eq!(both(roas(Bound::AtLeast, 2.0), roas(Bound::AtMost, 4.0)), Vec::<String>::new());
    let twice = both(roas(Bound::AtLeast, 2.0), roas(Bound::AtLeast, 4.0));
    assert_eq!(twice, ["targets[1]: there is one of this metric, platform and period already"]);
    for (one, two) in [(roas(Bound::AtLeast, 4.0), roas(Bound::AtMost, 2.0)), (roas(Bound::AtMost, 2.0), roas(Bound::About, 3.0))] {
        let seen = both(one, two);
        assert_eq!(seen, ["targets[1]: it cannot be reached together with another of the same metric, platform and period"]);
    }
    let other = Target { platform: Some(Source::Meta), ..roas(Bound::AtMost, 2.0) };
    assert_eq!(both(roas(Bound::AtLeast, 4.0), other), Vec::<String>::new(), "a platform may differ from the whole");
}

#[test]
fn everything_wrong_is_said_at_once_with_its_place() {
    let all = faults(|k| {
        k.context.gross_margin = Some(140.0);
        k.context.average_order_value = Some(Amount { value: -1.0, currency: "EUR".parse().unwrap() });
        k.context.products.push("  ".to_owned());
        k.context.notes = "x".repeat(8_001);
        k.context.customer = "a\u{0}b".to_owned();
        k.strategy.push(k.strategy[0].clone());
        k.preferences.language = "English".to_owned();
    });
    insta::assert_snapshot!(all.join("\n"), @r"
    context.products[2]: it is empty; leave it out
    context.customer: it holds characters that cannot be shown
    context.notes: it has 8001 characters, 8000 are allowed
    context.average_order_value: an order comes to something above zero
    context.gross_margin: Gross margin is between 0.1 and 100, not 140
    strategy[1].platform: Meta Ads is there already
    preferences.language: 'English' is not a language: use a tag such as en or de-CH
    ");
}

#[test]
fn a_platforms_own_target_comes_before_the_one_over_all() {
    let mut knowledge = sound();
    knowledge.targets.push(Target { platform: Some(Source::Google), ..target("roas", Bound::AtLeast, 5.0) });
    let value = |platform, period| knowledge.target("roas", platform, period).map(|target| target.value);
    assert_eq!(value(Some(Source::Google), Period::Month), Some(5.0));
    assert_eq!(value(Some(Source::Meta), Period::Month), Some(3.0));
    assert_eq!(value(None, Period::Month), Some(3.0));
    assert_eq!(value(None, Period::Week), None);
    assert_eq!(knowledge.target("ctr", None, Period::Month), None, "a platform's target is not that of all");
}

#[test]
fn documents_of_today_are_read_tomorrow() {
    let yaml = serde_yaml_ng::to_string(&sound()).unwrap();
    assert_eq!(serde_yaml_ng::from_str::<ClientKnowledge>(&yaml).unwrap(), sound());
    let sparse: ClientKnowledge = serde_yaml_ng::from_str("context: {industry: Travel}").unwrap();
    assert_eq!((sparse.context.industry.as_str(), sparse.preferences.language.as_str()), ("Travel", "en"));
    let misspelt = serde_yaml_ng::from_str::<ClientKnowledge>("context: {industri: Travel}").unwrap_err().to_string();
    assert!(misspelt.contains("industri"), "{misspelt}");
}

#[test]
fn weeks_of_a_ratio_are_held_against_its_target() {
    let mut knowledge = sound();
    let value =
        |knowledge: &ClientKnowledge, metric: &str, platform| knowledge.ratio_target(metric, platform).map(|target| target.value);
    assert_eq!(value(&knowledge, "roas", None), Some(3.0));
    assert_eq!(value(&knowledge, "roas", Some(Source::Google)), Some(3.0), "a target over all holds for each");
    assert_eq!((value(&knowledge, "ctr", None), value(&knowledge, "ctr", Some(Source::Meta))), (None, Some(1.5)));
    assert_eq!(value(&knowledge, "spend", None), None, "a month's budget says nothing of other days");
    assert_eq!(value(&knowledge, "profit", None), None);
    knowledge.targets.insert(0, Target { period: Period::Day, ..target("roas", Bound::AtLeast, 9.0) });
    assert_eq!(value(&knowledge, "roas", None), Some(3.0), "the month's comes first");
    knowledge.targets = vec![target("roas", Bound::AtMost, 5.0)];
    assert_eq!(value(&knowledge, "roas", None), None, "that is a limit");
    assert_eq!(value(&knowledge, "no_such", None), None);
}

proptest! {
    #[test]
    fn no_target_is_too_absurd(metric in "[a-z_]{0,12}|roas|cpa|reach|profit|mer", value: f64, bound in 0_usize..3, period in 0_usize..5, source in 0_usize..11, money: bool) {
        let one = Target {
            metric, value, bound: Bound::ALL[bound], period: Period::ALL[period],
            currency: eur().filter(|_| money), platform: Source::ALL.get(source).copied(),
        };
        let knowledge = ClientKnowledge { targets: vec![one.clone(), one], ..ClientKnowledge::default() };
        prop_assert!(!knowledge.faults().is_empty(), "twice the same is always wrong");
    }
}

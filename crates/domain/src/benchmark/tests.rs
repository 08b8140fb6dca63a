use super::{read::parse, *};

fn industry(text: &str) -> Option<&'static Industry> {
    Some(Industry::recognise(text).unwrap())
}

fn said(of: Option<&'static Industry>, platform: Option<Source>, metric: &str) -> String {
    lookup(of, platform, None, metric).unwrap().to_string()
}

#[test]
fn every_benchmark_is_sound() {
    assert!(benchmarks().len() >= 50);
    for benchmark in benchmarks() {
        let middle = benchmark.typical.or_else(|| Some(f64::midpoint(benchmark.low?, benchmark.high?))).unwrap();
        let both_ends = benchmark.low.is_some() && benchmark.high.is_some();
        assert_eq!(benchmark.standing(middle), both_ends.then_some(Standing::Usual), "{benchmark:?}");
        assert!(
            benchmark.network.is_some() || benchmark.platform.is_none(),
            "{benchmark:?}: a platform's figures are of a network"
        );
        let (of, platform, network) = (benchmark.industry, benchmark.platform, benchmark.network);
        let found = lookup(of, platform, network, &benchmark.metric.id).unwrap();
        assert!(found.is_exact() && found.benchmark.as_of >= benchmark.as_of, "{benchmark:?}");
    }
}

#[test]
fn the_closest_is_taken_and_said() {
    let (meta, google) = (Some(Source::Meta), Some(Source::Google));
    assert_eq!(said(industry("ecommerce"), meta, "ctr"), "E-commerce on Meta Ads (social)");
    assert_eq!(said(industry("food"), meta, "ctr"), "E-commerce on Meta Ads (social); there is none of Food & drink on Meta Ads");
    assert_eq!(said(industry("travel"), google, "ctr"), "Travel on Google Ads (search)");
    let found = said(industry("food"), Some(Source::Tiktok), "ctr");
    assert_eq!(found, "all industries on TikTok Ads (social); there is none of Food & drink on TikTok Ads");
    let found = said(industry("food"), Some(Source::Pinterest), "cvr");
    assert_eq!(found, "E-commerce on all platforms; there is none of Food & drink on Pinterest Ads");
    assert_eq!(said(None, google, "ctr"), "all industries on Google Ads (search)");
    assert_eq!(said(industry("food"), None, "session_cvr"), "Food & drink on all platforms");
    assert_eq!(said(industry("travel"), None, "session_cvr"), "E-commerce on all platforms; there is none of Travel");
    assert_eq!(lookup(industry("legal"), google, None, "session_cvr"), None, "a law firm is no shop");
    assert_eq!(lookup(None, meta, None, "hook_rate"), None);
    assert_eq!(lookup(None, meta, None, "nonsense"), None);
}

#[test]
fn networks_are_never_mixed() {
    let found = |network| lookup(industry("ecommerce"), Some(Source::Google), Some(network), "ctr").unwrap().benchmark.typical;
    assert_eq!((found(Network::Search), found(Network::Display)), (Some(3.5), Some(0.5)));
    let any = lookup(None, None, None, "cpc");
    assert_eq!(any, None, "a click costs something else in each network");
}

#[test]
fn a_list_holds_each_metric_once() {
    let of_meta: Vec<_> =
        all_for(industry("ecommerce"), Some(Source::Meta), None).iter().map(|f| f.benchmark.metric.id.clone()).collect();
    assert_eq!(of_meta, ["ctr", "link_ctr", "cpc", "cpm", "cvr", "roas", "session_cvr"]);
}

#[test]
fn good_and_bad_follow_the_metric() {
    let found = |metric| lookup(industry("ecommerce"), Some(Source::Meta), None, metric).unwrap().benchmark;
    assert_eq!(found("ctr").standing(0.4), Some(Standing::Worse));
    assert_eq!(found("ctr").standing(2.1), Some(Standing::Better));
    assert_eq!(found("cpc").standing(1.6), Some(Standing::Worse));
    assert_eq!(found("cpc").standing(0.7), Some(Standing::Usual));
    assert_eq!(found("cpc").currency, Some("USD".parse().unwrap()));
    assert_eq!(found("ctr").currency, None);
    assert_eq!(found("link_ctr").standing(9.0), None, "a middle alone has no ends");
}

#[test]
fn what_cannot_be_trusted_is_named() {
    let fault = |entry: &str| parse(&[&format!("- {{source: S, as_of: 2026-01-01, entries: [{{{entry}}}]}}")]).unwrap_err();
    assert_eq!(fault("metric: ctx, typical: 1"), "'ctx' is not a metric: did you mean ctr?");
    assert_eq!(fault("metric: ctr, typical: 1, industry: moon"), "ctr of S: unknown industry");
    assert_eq!(fault("metric: ctr, low: 2, high: 1"), "ctr of S: figures are above zero, low below typical below high");
    assert_eq!(fault("metric: ctr, low: 2"), "ctr of S: give the middle, or both ends");
    assert_eq!(fault("metric: cpc, typical: 2"), "cpc of S: an amount needs a currency");
    assert_eq!(fault("metric: ctr, typical: 2, platform: shopify"), "ctr of S: not an ad platform");
    assert_eq!(fault("metric: ctr, typical: 2}, {metric: ctr, typical: 3"), "ctr of S: there are two");
}

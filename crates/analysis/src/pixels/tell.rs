//! What is said of a pixel, and where one sees it.

use super::{PixelHealth, PixelInput, PixelSettings, Shift, Silence, cells::Cells, confidence_of, silence::Unfired};
use crate::{untold::LASTING, words};
use compact_str::CompactString;
use jiff::ToSpan;
use trimtab_domain::{
    Source,
    finding::{Cause, Evidence, Finding, FindingKind, Severity},
    query::Dimension,
};

/// Factors that a tag which fires twice may show: it seldom does so for everybody.
const TWICE: (f64, f64) = (1.6, 2.6);
/// Stands for all events of a pixel.
const ALL: &str = "events";
/// How far back evidence shows.
const EVIDENCE_DAYS: i64 = 28;

pub(super) fn findings(
    health: &PixelHealth,
    cells: &Cells,
    input: &PixelInput<'_>,
    settings: &PixelSettings,
    unfired: Option<Unfired>,
) -> Vec<Finding> {
    if cells.len() == 0 && !input.unavailable && unfired.is_none() {
        return vec![];
    }
    let teller = Teller { cells, input, settings };
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(input.unavailable.then(|| teller.unavailable()));
    findings.extend(unfired.map(|unfired| teller.unfired(unfired)));
    findings.extend(health.silences.iter().filter(|silence| silence.alarm).map(|silence| teller.silence(silence)));
    // What a silent pixel does not tell is told already.
    let silent = health.silences.iter().any(|silence| silence.alarm);
    findings.extend(health.shifts.iter().filter(|_| !silent).map(|shift| teller.shift(shift)));
    findings.extend(teller.match_quality(health));
    findings
}

struct Teller<'a> {
    cells: &'a Cells,
    input: &'a PixelInput<'a>,
    settings: &'a PixelSettings,
}

impl Teller<'_> {
    fn silence(&self, silence: &Silence) -> Finding {
        let (from, to) = (silence.from / self.cells.per_day, silence.to / self.cells.per_day);
        let (name, expected) = (&self.input.pixel.name, silence.expected);
        let hours = silence.hours;
        let lasting = if silence.ongoing { "has been silent for" } else { "was silent for" };
        let clicks = self.clicks_during(silence);
        let traffic = clicks.map_or(String::new(), |clicks| format!(" Ads brought {clicks:.0} clicks on these days."));
        let mut finding = self.base("silence", None, from, to, silence.ongoing);
        finding.severity = if silence.ongoing { Severity::Critical } else { Severity::Warning };
        finding.value = Some(0.0);
        finding.expected = Some(expected);
        finding.confidence = confidence_of(silence.rarity);
        finding.headline = format!("{name} {lasting} {}", spoken(hours));
        finding.detail = format!(
            "Around {expected:.0} events would be usual for these hours and none came; by the pixel's own rhythm so long a silence is \
             one in {}.{traffic}",
            one_in(silence.rarity)
        );
        finding.cause = Some(Cause {
            kind: "tracking_loss".into(),
            text: if clicks.is_some_and(|clicks| clicks > 0.0) {
                "People came and were not counted: the tag was removed, blocked or broken.".to_owned()
            } else {
                "The tag was removed, blocked or broken, or nobody came to the site.".to_owned()
            },
            confidence: finding.confidence,
            events: vec![],
        });
        silent_words(&mut finding);
        finding
    }

    /// Of a pixel whose platform tells no events.
    fn unfired(&self, Unfired { hours, clicks, rarity }: Unfired) -> Finding {
        let last = self.cells.clicks.as_ref().map_or(0, |clicks| clicks.counts.len().saturating_sub(1));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "days, above zero")]
        let days = (hours / 24.0) as usize;
        let mut finding = self.base("silence", None, last.saturating_sub(days), last, true);
        finding.severity = Severity::Critical;
        finding.confidence = confidence_of(rarity);
        finding.headline = format!("{} has not fired for {}", self.input.pixel.name, spoken(hours));
        finding.detail = format!(
            "The platform tells no events of it, only that it fired last {} ago. Ads brought {clicks:.0} clicks since; were it working, \
             so many without it firing would be one in {}.",
            spoken(hours),
            one_in(rarity)
        );
        finding.cause = Some(Cause {
            kind: "tracking_loss".into(),
            text: "People came and were not counted: the tag was removed, blocked or broken.".to_owned(),
            confidence: finding.confidence,
            events: vec![],
        });
        silent_words(&mut finding);
        finding
    }

    fn clicks_during(&self, silence: &Silence) -> Option<f64> {
        let days = silence.from / self.cells.per_day..=silence.to / self.cells.per_day;
        let clicks = self.cells.clicks.as_ref()?.counts.get(days)?;
        clicks.iter().flatten().copied().reduce(|a, b| a + b)
    }

    fn shift(&self, shift: &Shift) -> Finding {
        let what = if shift.whole { CompactString::from(ALL) } else { shift.event.clone() };
        let twice = self.twice(shift);
        let (rule, said) = match shift.factor {
            f if f <= 0.0 || (f < 1.0 && shift.count <= 0.0) => ("event_silent", "stopped"),
            f if f < 1.0 => ("events_lost", "fell"),
            _ if twice >= 0.5 => ("doubled_tag", "doubled"),
            _ => ("events_jumped", "jumped"),
        };
        let mut finding = self.base(rule, Some(&shift.event), shift.from_day, shift.to_day, true);
        let is_result = |event: &CompactString| event == "Purchase" || super::RESULTS.contains(&event.as_str());
        let result = shift.whole || is_result(&shift.event) || shift.also.iter().any(is_result);
        finding.severity = if result { Severity::Critical } else { Severity::Warning };
        finding.value = Some(shift.factor);
        finding.expected = Some(1.0);
        let reach = 1.2816 * shift.spread;
        finding.interval = Some(((-reach).exp(), reach.exp()));
        finding.confidence = confidence_of(shift.rarity);
        let name = &self.input.pixel.name;
        finding.headline = match rule {
            "event_silent" => format!("{name} no longer receives {}", plural(&what)),
            "doubled_tag" => format!("{name} counts {} about twice", plural(&what)),
            _ if shift.whole => format!("What {name} receives {said} to {:.0} % of the usual", shift.factor * 100.0),
            _ => format!("{} of {name} {said} to {:.0} % of the usual", plural(&what), shift.factor * 100.0),
        };
        let days = shift.to_day - shift.from_day + 1;
        let amount = match rule {
            "event_silent" => format!("none came where {:.0} were due by the ratio of the four weeks before", shift.expected),
            _ if shift.whole => format!("{:.2} times as many events came as in the four weeks before", shift.factor),
            _ => format!("{:.2} times as many {} came as in the four weeks before", shift.factor, plural(&what)),
        };
        finding.detail = format!(
            "Measured by {under}, {amount} ({days} {day} since {from}).{also} Chance alone does that once in {one_in} \
             looks, all ratios looked at considered.",
            under = plural(&shift.under),
            also = if shift.also.is_empty() || shift.whole {
                String::new()
            } else {
                format!(" The same way went: {}.", shift.also.join(", "))
            },
            day = if days == 1 { "day" } else { "days" },
            from = finding.from,
            one_in = one_in(shift.rarity),
        );
        finding.cause = Some(cause(rule, &what, twice, finding.confidence));
        finding.doubt = match rule {
            "doubled_tag" | "events_jumped" => {
                "A sale or an offer would raise the steps before it too, and the shop's orders with them.".to_owned()
            }
            _ => "If the shop's orders or the site's visits fell as much, people changed and not the tag.".to_owned(),
        };
        finding.actions = actions(rule, &what);
        finding
    }

    /// How likely the factor is that of a tag that fires twice.
    fn twice(&self, shift: &Shift) -> f64 {
        let place = |factor: f64| crate::odds::below((factor.ln() - shift.factor.max(1e-9).ln()) / shift.spread.max(1e-6));
        (place(TWICE.1) - place(TWICE.0)).clamp(0.0, 1.0)
    }

    fn unavailable(&self) -> Finding {
        let last = self.cells.last_day();
        let mut finding = self.base("unavailable", None, last, last, true);
        finding.severity = Severity::Critical;
        // The platform's own statement, not an inference.
        finding.confidence = 1.0;
        finding.headline = format!("{} cannot be used, says the platform", self.input.pixel.name);
        finding.detail = "The platform lists the pixel as unavailable; ad groups that optimise for its events cannot.".to_owned();
        finding.doubt = "The next reading of the account's pixels says whether it still is.".to_owned();
        finding.actions = vec!["See in the platform's events manager why, and who owns the pixel.".to_owned()];
        finding
    }

    fn match_quality(&self, health: &PixelHealth) -> Option<Finding> {
        let low = self.settings.match_quality_low;
        let (event, quality) = self.input.worst_match().filter(|(_, quality)| *quality < low)?;
        let received = health.totals.iter().find(|totals| totals.event == *event).and_then(|totals| totals.days_7).unwrap_or(0.0);
        let last = self.cells.last_day();
        let mut finding = self.base("match_quality", Some(event), last, last, true);
        finding.severity = if quality < low * 2.0 / 3.0 { Severity::Warning } else { Severity::Info };
        finding.value = Some(quality);
        finding.expected = Some(low);
        // The platform measures it on what it received of late; of few events it says little.
        finding.confidence = received / (received + 50.0);
        finding.headline = format!("{event} of {} is matched to people at {quality:.1} of 10", self.input.pixel.name);
        finding.detail = format!(
            "Below {low:.1} the platform can assign fewer of its {received:.0} events of the last seven days to people, so fewer are \
             attributed and fewer used to find more such people."
        );
        finding.doubt = "Sites whose visitors refuse consent cannot send more, and should not.".to_owned();
        finding.actions =
            vec!["Send hashed e-mail, phone and the click id with the event, where visitors agreed to it.".to_owned()];
        Some(finding)
    }

    fn base(&self, rule: &str, event: Option<&str>, from: usize, to: usize, ongoing: bool) -> Finding {
        let (first, last) = (self.cells.day(from), self.cells.day(to.max(from)));
        let pixel = self.input.pixel;
        // More or less of an event is one trouble, whether it looks like twice today or not.
        let way = match rule {
            "doubled_tag" | "events_jumped" => "more",
            "event_silent" | "events_lost" => "less",
            rule => rule,
        };
        let about = event.map_or_else(|| way.to_owned(), |event| format!("{way}:{event}"));
        Finding {
            // A silence begins at an hour; the day a ratio moved on is found anew with every look.
            id: Finding::id_of(FindingKind::Pixel, &about, pixel, None, if rule == "silence" { first } else { LASTING }),
            kind: FindingKind::Pixel,
            rule: rule.into(),
            severity: Severity::Info,
            entity: pixel.clone(),
            metric: None,
            from: first,
            to: last,
            ongoing,
            value: None,
            expected: None,
            interval: None,
            currency: None,
            confidence: 0.0,
            headline: String::new(),
            detail: String::new(),
            cause: None,
            contributions: vec![],
            doubt: String::new(),
            actions: vec![],
            evidence: self.evidence(event, first, last),
            source_hash: String::new(),
        }
    }

    /// The account's clicks and conversions over these days, and where the platform attributes the event to ads, those.
    fn evidence(&self, event: Option<&str>, first: trimtab_domain::Day, last: trimtab_domain::Day) -> Vec<Evidence> {
        let pixel = self.input.pixel;
        let filter = words::filter(pixel);
        let from = first.saturating_sub(EVIDENCE_DAYS.days());
        let show = |shows: &str, metrics: &[&str], filter: String| Evidence {
            shows: shows.to_owned(),
            metrics: metrics.iter().map(|metric| CompactString::from(*metric)).collect(),
            by: vec!["date".into()],
            filter,
            from,
            to: last,
            compare: None,
            currency: None,
        };
        let mut all =
            vec![show("Whether people came, and what was counted of them", &["clicks", "conversions", "cvr"], filter.clone())];
        if let Some(action) = event.filter(|_| pixel.source == Some(Source::Meta)).and_then(action_type) {
            let only = words::filter_with(pixel, Some((Dimension::ActionType, &[action])));
            all.push(show("What of this event was attributed to ads", &["action_count"], only));
        }
        all
    }
}

fn silent_words(finding: &mut Finding) {
    finding.doubt =
        "The shop's own orders or the site's visits falling to nothing in the same hours would mean that nobody came.".to_owned();
    finding.actions = vec![
        "Open the site with the platform's pixel helper and see whether the tag loads.".to_owned(),
        "Ask what was released on the site (theme, tag manager, consent banner) when the silence began.".to_owned(),
        "Hold off budget changes that rest on conversions of these hours.".to_owned(),
    ];
}

/// What Meta calls an event of the pixel that it attributes to an ad.
fn action_type(event: &str) -> Option<&'static str> {
    Some(match event {
        "PageView" => "landing_page_view",
        "ViewContent" => "offsite_conversion.fb_pixel_view_content",
        "AddToCart" => "offsite_conversion.fb_pixel_add_to_cart",
        "InitiateCheckout" => "offsite_conversion.fb_pixel_initiate_checkout",
        "Purchase" => "offsite_conversion.fb_pixel_purchase",
        "Lead" => "offsite_conversion.fb_pixel_lead",
        "CompleteRegistration" => "offsite_conversion.fb_pixel_complete_registration",
        _ => return None,
    })
}

fn cause(rule: &str, what: &str, twice: f64, confidence: f64) -> Cause {
    let tag = if what == ALL { "The tag".to_owned() } else { format!("The tag for {what}") };
    let (kind, text, confidence) = match rule {
        "doubled_tag" => {
            ("doubled_tag", format!("{tag} fires twice: two tags, or browser and server without a common id."), twice * confidence)
        }
        "event_silent" => ("tracking_loss", format!("{tag} is gone or its trigger no longer holds."), confidence),
        "events_lost" => {
            ("tracking_loss", format!("{tag} misses people: a consent banner, a page or a browser it does not run on."), confidence)
        }
        _ => ("unexplained", format!("{} rose without the step before.", plural(what)), confidence * (1.0 - twice)),
    };
    Cause { kind: kind.into(), text, confidence: confidence.clamp(0.0, 1.0), events: vec![] }
}

fn actions(rule: &str, what: &str) -> Vec<String> {
    match rule {
        "doubled_tag" => vec![
            format!(
                "Look whether the page and the tag manager or a server both send {}, and give both the same event id.",
                plural(what)
            ),
            "Until then take conversions and ROAS of these days for about half; pause rules that scale on them.".to_owned(),
        ],
        "events_jumped" => {
            vec![format!("Compare {} with the shop's own count, then with what was released that day.", plural(what))]
        }
        _ => vec![
            format!("Walk through the site with the platform's pixel helper and look for {}.", plural(what)),
            "Ask what was released on the site when it began.".to_owned(),
        ],
    }
}

fn plural(name: &str) -> CompactString {
    match name {
        "clicks" => name.into(),
        ALL => "all its events".into(),
        "orders" => "the shop's orders".into(),
        name => CompactString::from(format!("{name} events")),
    }
}

fn spoken(hours: f64) -> String {
    if hours < 48.0 { format!("{hours:.0} hours") } else { format!("{:.0} days", hours / 24.0) }
}

/// A rarity as people say it, to two digits, at most "a million".
fn one_in(rarity: f64) -> String {
    if rarity >= 6.0 {
        return "more than a million".to_owned();
    }
    let chances = 10.0_f64.powf(rarity.max(0.0));
    let unit = 10.0_f64.powf((chances.log10().floor() - 1.0).max(0.0));
    format!("{:.0}", (chances / unit).round() * unit)
}

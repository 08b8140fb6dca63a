//! Made-up worlds whose truth is known: what is left of each ad's appeal on each day.
//!
//! A file holds accounts: `first` (day), `ads` with `id`, `campaign`, `ad_set`, `created`, `days`
//! (spend, impressions, clicks, conversions, their value and people reached, or null), `appeal` (1 when fresh) and `tired_after_days`;
//! `edits` (budgets before and after) and labelled `incidents`.
//!
//! Scored on the last day and on days a month apart before it. A flag (tired or wearing) is right if the ad has truly lost enough:
//! a quarter of its appeal for tired, a tenth within the days at hand for wearing. Recall is over labelled incidents of tired ads.

use crate::Failure;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};
use trimtab_analysis::{
    fatigue::{CannotTell, Diagnosis, Settings, Subject, Verdict, diagnose},
    track::{Figures, Track},
};
use trimtab_domain::{
    Day,
    day::parse_day,
    finding::{EntityRef, EventKind, KnownEvent, Level},
};

#[derive(Debug, Default)]
struct Score {
    verdicts: BTreeMap<String, usize>,
    tired_flags: [usize; 2],
    wearing_flags: [usize; 2],
    labelled: [usize; 2],
    /// By days since the label began: under ten, under thirty, more.
    labelled_by_age: [[usize; 2]; 3],
    /// Truly tired ads at all that run, and those of them flagged.
    tired: [usize; 2],
    /// Ads a verdict was possible on: truly tired ones, and the others.
    judged: [usize; 2],
    left: Vec<(f64, f64, bool)>,
    /// Flags within an incident that is not about creatives, and how many of those are right.
    beside_incident: [usize; 2],
    confidence: Vec<(f64, bool)>,
}

struct Ad {
    track: Track,
    campaign: String,
    ad_group: String,
    created: Option<Day>,
    appeal: Vec<f64>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn figures(day: &Value) -> Option<Figures> {
    let day = day.as_array()?;
    let of = |i: usize| day.get(i).and_then(Value::as_f64).unwrap_or(0.0);
    Some(Figures {
        spend: of(0) / 100.0,
        impressions: of(1),
        clicks: of(2),
        conversions: of(3),
        revenue: of(4) / 100.0,
        reach: Some(of(5)),
    })
}

fn ad(value: &Value, first: Day, account: &str) -> Ad {
    let entity = EntityRef {
        level: Level::Ad,
        source: None,
        account: account.into(),
        id: text(&value["id"]).into(),
        name: text(&value["name"]).into(),
    };
    let days = value["days"].as_array().into_iter().flatten().map(figures).collect();
    Ad {
        track: Track { entity, first, days },
        campaign: text(&value["campaign"]),
        ad_group: text(&value["ad_set"]),
        created: parse_day(&text(&value["created"])).ok(),
        appeal: value["appeal"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect(),
    }
}

fn events(account: &Value) -> Vec<KnownEvent> {
    let event = |edit: &Value| {
        let number = |key: &str| text(&edit[key]).parse::<f64>().ok();
        let level = if edit["event"] == "update_campaign_budget" { Level::Campaign } else { Level::AdGroup };
        let id = text(&edit["object"]);
        let entity = EntityRef { level, source: None, account: text(&account["account"]).into(), id: id.into(), name: "".into() };
        Some(KnownEvent {
            day: parse_day(&text(&edit["day"])).ok()?,
            entity,
            kind: EventKind::Budget,
            before: text(&edit["before"]),
            after: text(&edit["after"]),
            factor: number("after").zip(number("before")).map(|(after, before)| after / before),
            by: None,
        })
    };
    account["edits"].as_array().into_iter().flatten().filter_map(event).collect()
}

impl Score {
    fn account(&mut self, account: &Value) -> Result<(), Failure> {
        let first = parse_day(&text(&account["first"]))?;
        let ads: Vec<Ad> =
            account["ads"].as_array().into_iter().flatten().map(|v| ad(v, first, &text(&account["account"]))).collect();
        let events = events(account);
        let whole = ads.iter().map(|a| a.track.days.len()).max().unwrap_or(0);
        for back in [0, 30, 60, 90] {
            let days = whole.saturating_sub(back);
            self.day(&ads, &events, days, back == 0, &account["incidents"]);
        }
        Ok(())
    }

    fn day(&mut self, ads: &[Ad], events: &[KnownEvent], days: usize, last: bool, incidents: &Value) {
        let tracks: Vec<Track> = ads.iter().map(|a| Track { days: a.track.days[..days].to_vec(), ..a.track.clone() }).collect();
        let subject = |i: usize| Subject {
            track: &tracks[i],
            campaign: &ads[i].campaign,
            ad_group: &ads[i].ad_group,
            created: ads[i].created,
            placements: &[],
        };
        let subjects: Vec<Subject<'_>> = (0..ads.len()).map(subject).collect();
        let today = tracks.first().map(|t| t.day(days - 1));
        let known: Vec<KnownEvent> = events.iter().filter(|e| today.is_some_and(|d| e.day <= d)).cloned().collect();
        let told = diagnose(&subjects, &known, None, &Settings::default());
        for (ad, told) in ads.iter().zip(&told) {
            self.ad(ad, told, days, incidents);
            if last {
                self.label(ad, told, incidents, days);
            }
        }
    }

    fn ad(&mut self, ad: &Ad, told: &Diagnosis, days: usize, incidents: &Value) {
        *self.verdicts.entry(name(told)).or_default() += 1;
        let now = ad.appeal[days - 1];
        let shown = ad.track.days[..days].iter().position(Option::is_some).map_or(1.0, |p| ad.appeal[p]);
        let (truly_tired, truly_wearing) = (now <= 0.75, now <= 0.9 * shown);
        let flagged = matches!(told.verdict, Verdict::Fatigued | Verdict::Wearing);
        let right = match told.verdict {
            Verdict::Fatigued => truly_tired,
            _ => truly_wearing,
        };
        match told.verdict {
            Verdict::Fatigued => count(&mut self.tired_flags, right),
            Verdict::Wearing => count(&mut self.wearing_flags, right),
            _ => {}
        }
        if !matches!(told.verdict, Verdict::CannotTell { .. }) {
            count(&mut self.judged, truly_tired);
        }
        if flagged {
            self.confidence.push((told.confidence, right));
            if beside(incidents, ad.track.day(days - 1)) {
                count(&mut self.beside_incident, right);
            }
        }
        if ad.track.days[days - 1].is_some() && truly_tired && truly_wearing {
            count(&mut self.tired, flagged);
        }
        if let Some(left) = told.days_left.filter(|_| told.verdict == Verdict::Wearing && shown > 0.98)
            && let Some(at) = ad.appeal.iter().position(|a| *a <= 0.75)
        {
            let truth = at as f64 - (days as f64 - 1.0);
            if truth >= 0.0 {
                self.left.push((left.days, truth, left.from <= truth && left.to.is_none_or(|to| truth <= to)));
            }
        }
    }

    fn label(&mut self, ad: &Ad, told: &Diagnosis, incidents: &Value, days: usize) {
        let of = |i: &&Value| i["kind"] == "creative_fatigue" && text(&i["object"]) == ad.track.entity.id;
        let Some(label) = incidents.as_array().into_iter().flatten().find(of) else { return };
        let flagged = matches!(told.verdict, Verdict::Fatigued | Verdict::Wearing);
        count(&mut self.labelled, flagged);
        let begun = parse_day(&text(&label["from"])).ok().and_then(|d| ad.track.place(d)).unwrap_or(0);
        let age = match days - begun {
            ..10 => 0,
            10..30 => 1,
            _ => 2,
        };
        count(&mut self.labelled_by_age[age], flagged);
    }

    fn told(mut self) -> Value {
        let share = |of: [usize; 2]| (of[0] + of[1] > 0).then(|| of[0] as f64 / (of[0] + of[1]) as f64);
        let both = [0, 1].map(|i| self.tired_flags[i] + self.wearing_flags[i]);
        self.left.sort_by(|a, b| (a.0 - a.1).abs().total_cmp(&(b.0 - b.1).abs()));
        let middle = self.left.get(self.left.len() / 2).map(|(told, truth, _)| (told - truth).abs());
        let held = self.left.iter().filter(|(.., held)| *held).count() as f64 / self.left.len().max(1) as f64;
        let mean =
            |of: &dyn Fn(&(f64, bool)) -> f64| self.confidence.iter().map(of).sum::<f64>() / self.confidence.len().max(1) as f64;
        json!({
            "verdicts": self.verdicts, "precision": share(both), "precision_tired": share(self.tired_flags),
            "precision_wearing": share(self.wearing_flags), "flags": both[0] + both[1], "recall_of_labels": share(self.labelled),
            "labels": self.labelled[0] + self.labelled[1], "recall_by_age_of_label": self.labelled_by_age.map(share),
            "labels_by_age": self.labelled_by_age.map(|of| of[0] + of[1]),
            "recall_of_all_tired": share(self.tired), "truly_tired_share_of_judged": share(self.judged), "precision_beside_other_incidents": share(self.beside_incident),
            "days_left_median_error": middle, "days_left_within_80_interval": held, "days_left_judged": self.left.len(),
            "mean_confidence_of_flags": mean(&|(c, _)| *c),
        })
    }
}

/// Whether a trouble that is not a creative's was on in the four weeks before a day.
fn beside(incidents: &Value, day: Day) -> bool {
    let other = |i: &Value| i["kind"] != "creative_fatigue";
    let near = |i: &Value| {
        parse_day(&text(&i["from"])).ok().and_then(|from| from.until(day).ok()).is_some_and(|s| (0..28).contains(&s.get_days()))
    };
    incidents.as_array().into_iter().flatten().any(|i| other(i) && near(i))
}

fn count(of: &mut [usize; 2], right: bool) {
    of[usize::from(!right)] += 1;
}

fn name(told: &Diagnosis) -> String {
    match told.verdict {
        Verdict::CannotTell { because: CannotTell::TooYoung { .. } } => "TooYoung".to_owned(),
        Verdict::CannotTell { because: CannotTell::TooFewClicks { .. } } => "TooFewClicks".to_owned(),
        verdict => format!("{verdict:?}"),
    }
}

pub(crate) fn evaluate(folder: &Path) -> Result<Value, Failure> {
    let mut files: Vec<_> = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == "json"));
    files.sort();
    let mut score = Score::default();
    for file in &files {
        let accounts: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
        for account in accounts.as_array().into_iter().flatten() {
            score.account(account)?;
        }
    }
    let mut told = score.told();
    told["worlds"] = json!(files.len());
    Ok(told)
}

//! Made-up worlds whose truth is known: what is left of each ad's appeal on each day.
//!
//! A file, as the sandbox's example `worlds` writes it, holds accounts: `ads` with their first day (`from`) and of each ad `id`, `campaign`,
//! `ad_set`, `created`, `days` (spend, impressions, clicks, conversions, their value and people reached, or null) and `appeal` (1 when fresh);
//! `changes` and labelled `incidents`.
//!
//! Scored on the last day and on days a month apart before it, each time from the [`LOOK_BACK`] days before alone, as the product looks. A
//! flag (tired or wearing) is right if the ad has truly lost enough: a quarter of its appeal for tired, a tenth within the days at hand for
//! wearing. Recall is over labelled incidents of tired ads.

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

/// Days after which wear that began should have been told.
const IN_TIME: usize = 28;
/// Days that are looked back on.
const LOOK_BACK: usize = 180;

#[derive(Debug, Default)]
struct Score {
    verdicts: BTreeMap<String, usize>,
    tired_flags: [usize; 2],
    wearing_flags: [usize; 2],
    labelled: [usize; 2],
    /// Of those the ones whose ad has lost a tenth or more within the days at hand.
    labelled_at_hand: [usize; 2],
    /// The same labels, asked [`IN_TIME`] days after each began, or on the last day where that is sooner.
    labelled_in_time: [usize; 2],
    /// By days since the label began: under ten, under thirty, more.
    labelled_by_age: [[usize; 2]; 3],
    /// Truly tired ads at all that run, and those of them flagged.
    tired: [usize; 2],
    /// Ads a verdict was possible on: truly tired ones, and the others.
    judged: [usize; 2],
    left: Vec<(f64, f64, bool)>,
    /// Flags within an incident that is not about creatives, and how many of those are right.
    beside_incident: [usize; 2],
    /// Ads that have lost nothing to speak of, judged within such an incident: those flagged nevertheless, and the others.
    unworn_beside: [usize; 2],
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
    Some(Figures { spend: of(0), impressions: of(1), clicks: of(2), conversions: of(3), revenue: of(4), reach: Some(of(5)) })
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
    let event = |change: &Value| {
        let number = |key: &str| text(&change[key]).parse::<f64>().ok();
        let level = match change["level"].as_str() {
            Some("campaign") => Level::Campaign,
            Some("ad_set") => Level::AdGroup,
            _ => Level::Ad,
        };
        let kind = match change["kind"].as_str() {
            Some("budget") => EventKind::Budget,
            Some("created") => EventKind::Created,
            Some("disapproved") => EventKind::Disapproved,
            _ => EventKind::Status,
        };
        let id = text(&change["object"]);
        let entity = EntityRef { level, source: None, account: text(&account["account"]).into(), id: id.into(), name: "".into() };
        Some(KnownEvent {
            day: parse_day(&text(&change["day"])).ok()?,
            entity,
            kind,
            before: text(&change["before"]),
            after: text(&change["after"]),
            factor: number("after").zip(number("before")).filter(|(_, before)| *before > 0.0).map(|(after, before)| after / before),
            by: None,
        })
    };
    account["changes"].as_array().into_iter().flatten().filter_map(event).collect()
}

impl Score {
    fn account(&mut self, account: &Value) -> Result<(), Failure> {
        let told = &account["ads"];
        let first = parse_day(&text(&told["from"]))?;
        let ads: Vec<Ad> = told["ads"].as_array().into_iter().flatten().map(|v| ad(v, first, &text(&account["account"]))).collect();
        let events = events(account);
        let whole = ads.iter().map(|a| a.track.days.len()).max().unwrap_or(0);
        for back in [0, 30, 60, 90] {
            let days = whole.saturating_sub(back);
            if days == 0 {
                continue;
            }
            self.day(&ads, &events, days, back == 0, &account["incidents"]);
        }
        self.in_time(&ads, &events, whole, &account["incidents"]);
        Ok(())
    }

    fn day(&mut self, ads: &[Ad], events: &[KnownEvent], days: usize, last: bool, incidents: &Value) {
        for (ad, told) in ads.iter().zip(&look(ads, events, days)) {
            self.ad(ad, told, days, incidents);
            if last {
                self.label(ad, told, incidents, days);
            }
        }
    }

    /// Labels asked for some weeks after each began.
    fn in_time(&mut self, ads: &[Ad], events: &[KnownEvent], whole: usize, incidents: &Value) {
        let mut due: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, ad) in ads.iter().enumerate() {
            if let Some(begun) = label_of(ad, incidents).and_then(|label| ad.track.place(parse_day(&text(&label["from"])).ok()?)) {
                due.entry((begun + IN_TIME).min(whole)).or_default().push(place);
            }
        }
        for (days, places) in due {
            let told = look(ads, events, days);
            for place in places {
                let flagged = matches!(told[place].verdict, Verdict::Fatigued | Verdict::Wearing);
                count(&mut self.labelled_in_time, flagged);
            }
        }
    }

    fn ad(&mut self, ad: &Ad, told: &Diagnosis, days: usize, incidents: &Value) {
        *self.verdicts.entry(name(told)).or_default() += 1;
        let now = ad.appeal[days - 1];
        let from = days.saturating_sub(LOOK_BACK);
        let shown = ad.track.days[from..days].iter().position(Option::is_some).map_or(1.0, |p| ad.appeal[from + p]);
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
        let trouble = beside(incidents, ad.track.day(days - 1));
        if flagged {
            self.confidence.push((told.confidence, right));
            if trouble {
                count(&mut self.beside_incident, right);
            }
        }
        if trouble && !truly_wearing && !matches!(told.verdict, Verdict::CannotTell { .. }) {
            count(&mut self.unworn_beside, flagged);
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
        let Some(label) = label_of(ad, incidents) else { return };
        let flagged = matches!(told.verdict, Verdict::Fatigued | Verdict::Wearing);
        count(&mut self.labelled, flagged);
        let from = days.saturating_sub(LOOK_BACK);
        let shown = ad.track.days[from..days].iter().position(Option::is_some).map_or(0.0, |p| ad.appeal[from + p]);
        if ad.appeal[days - 1] <= 0.9 * shown {
            count(&mut self.labelled_at_hand, flagged);
        }
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
            "recall_of_labels_at_hand": share(self.labelled_at_hand), "labels_at_hand": self.labelled_at_hand[0] + self.labelled_at_hand[1],
            "recall_of_labels_in_time": share(self.labelled_in_time), "labels_in_time": self.labelled_in_time[0] + self.labelled_in_time[1],
            "labels": self.labelled[0] + self.labelled[1], "recall_by_age_of_label": self.labelled_by_age.map(share),
            "labels_by_age": self.labelled_by_age.map(|of| of[0] + of[1]),
            "recall_of_all_tired": share(self.tired), "truly_tired_share_of_judged": share(self.judged), "precision_beside_other_incidents": share(self.beside_incident),
            "flags_beside_other_incidents": self.beside_incident[0] + self.beside_incident[1],
            "flagged_share_of_unworn_beside_other_incidents": share(self.unworn_beside), "unworn_beside_other_incidents": self.unworn_beside[0] + self.unworn_beside[1],
            "days_left_median_error": middle, "days_left_within_80_interval": held, "days_left_judged": self.left.len(),
            "mean_confidence_of_flags": mean(&|(c, _)| *c),
        })
    }
}

/// What is told of every ad after some days are over.
fn look(ads: &[Ad], events: &[KnownEvent], days: usize) -> Vec<Diagnosis> {
    let from = days.saturating_sub(LOOK_BACK);
    let at_hand = |a: &Ad| Track { first: a.track.day(from), days: a.track.days[from..days].to_vec(), ..a.track.clone() };
    let tracks: Vec<Track> = ads.iter().map(at_hand).collect();
    let subject = |i: usize| Subject {
        track: &tracks[i],
        campaign: &ads[i].campaign,
        ad_group: &ads[i].ad_group,
        created: ads[i].created,
        placements: &[],
    };
    let subjects: Vec<Subject<'_>> = (0..ads.len()).map(subject).collect();
    let today = tracks.first().map(|t| t.day(days - from - 1));
    let known: Vec<KnownEvent> = events.iter().filter(|e| today.is_some_and(|d| e.day <= d)).cloned().collect();
    diagnose(&subjects, &known, None, &Settings::default())
}

/// The label that says an ad is worn out.
fn label_of<'a>(ad: &Ad, incidents: &'a Value) -> Option<&'a Value> {
    let of = |i: &&Value| i["kind"] == "creative_fatigue" && text(&i["object"]) == ad.track.entity.id;
    incidents.as_array().into_iter().flatten().find(of)
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
        let world: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
        for account in world["accounts"].as_array().into_iter().flatten() {
            score.account(account)?;
        }
    }
    let mut told = score.told();
    told["worlds"] = json!(files.len());
    Ok(told)
}

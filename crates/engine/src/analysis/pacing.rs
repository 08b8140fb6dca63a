//! Pacing: every budget the tenant planned, held against what is spent on it.

use super::{Analysed, Made, Subject, figure::money, spend::Spend, tracks::entity};
use crate::{Engine, Error};
use serde_json::{Value, json};
use trimtab_analysis::{
    pacing::{self, Allocation, Pace, Part, Plan, Settings, Spending, Verdict},
    track::Track,
};
use trimtab_domain::{
    Day, DayRange, TenantCtx,
    finding::{EntityRef, Finding, Level},
};
use trimtab_store::{AccountState, AnalysisKind, Budget};

/// Parts of a budget that are given advice.
const PARTS: usize = 20;

/// A budget with all that is needed to judge it.
#[derive(Debug, Clone)]
struct Case {
    id: String,
    budget: pacing::Budget,
    whole: Spend,
    parts: Vec<Spend>,
    today: Day,
}

impl Engine {
    /// Makes the analysis of the tenant's budgets.
    pub(super) async fn analyse_pacing(&self, ctx: &TenantCtx, accounts: &[AccountState]) -> Analysed {
        let cases = match self.cases(ctx, accounts).await {
            Ok(cases) => cases,
            Err(error) => {
                tracing::warn!(tenant = %ctx.tenant(), error = &error as &dyn std::error::Error, "budgets could not be read for analysis");
                return Analysed { failed: 1, ..Analysed::default() };
            }
        };
        let inputs: Vec<String> = cases
            .iter()
            .map(|case| {
                let parts: Vec<&str> = case.parts.iter().map(|part| part.hash.as_str()).collect();
                format!("{} {:?} {} {} {}", case.id, case.budget, case.whole.hash, parts.join(" "), case.today)
            })
            .collect();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        self.renew(ctx, AnalysisKind::Pacing, &Subject::Tenant, &inputs, async { Ok(cases) }, |cases| made(&cases)).await
    }

    async fn cases(&self, ctx: &TenantCtx, accounts: &[AccountState]) -> Result<Vec<Case>, Error> {
        let tenant = self.tenant(ctx.tenant()).await?;
        let mut cases = Vec::new();
        for planned in self.store().tenant(ctx).budgets().await? {
            let plan = &planned.plan;
            let within: Vec<&AccountState> = accounts
                .iter()
                .filter(|state| plan.source.is_none_or(|source| source == state.account.source))
                .filter(|state| plan.account.is_empty() || plan.account == state.account.id.as_str())
                .collect();
            let currency = plan.amount.currency;
            let of = budgeted(&planned, &within, &tenant.name);
            let Some(whole) = self.spend(ctx, &within, &plan.entity, of.clone(), currency).await? else { continue };
            let zone = within.iter().find(|_| !plan.account.is_empty()).map_or(&tenant.zone, |state| &state.account.zone);
            let read_at = within.iter().filter_map(|state| state.facts).map(|facts| facts.data_as_of).max();
            let today = zone.day_at(read_at.unwrap_or_else(|| self.now()));
            let mut parts = Vec::new();
            if matches!(plan.level, Level::Tenant | Level::Platform) {
                for state in within.iter().take(PARTS) {
                    let part = entity(&state.account, Level::Account, state.account.id.as_str(), &state.account.name);
                    parts.extend(self.spend(ctx, &[state], "", part, currency).await?);
                }
            }
            let amount = money_of(plan.amount.micros);
            let budget = pacing::Budget {
                entity: of,
                amount,
                currency,
                period: plan.days.unwrap_or_else(|| month_of(today)),
                plan: Plan::default(),
                roll_over: plan.roll_over.then_some(amount),
            };
            cases.push(Case { id: planned.id.to_string(), budget, whole, parts, today });
        }
        Ok(cases)
    }
}

#[expect(clippy::cast_precision_loss, reason = "what analyses say of amounts is an estimate")]
fn money_of(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// The calendar month of a day.
fn month_of(day: Day) -> DayRange {
    DayRange::new(day.first_of_month(), day.last_of_month()).unwrap_or_else(|_| DayRange::single(day))
}

/// What a budget is for.
fn budgeted(budget: &Budget, within: &[&AccountState], tenant: &str) -> EntityRef {
    let plan = &budget.plan;
    let account = within.first().map(|state| &state.account);
    let (id, name) = match plan.level {
        Level::Platform => (plan.source.map_or("", |s| s.as_str()).to_owned(), plan.source.map_or("", |s| s.label()).to_owned()),
        Level::Account => (plan.account.clone(), account.map_or_else(|| plan.account.clone(), |a| a.name.to_string())),
        Level::Campaign => (plan.entity.clone(), plan.name.clone()),
        _ => (String::new(), tenant.to_owned()),
    };
    EntityRef { level: plan.level, source: plan.source, account: plan.account.as_str().into(), id: id.into(), name: name.into() }
}

fn made(cases: &[Case]) -> Made {
    let settings = Settings::default();
    let (mut items, mut findings) = (Vec::new(), Vec::<Finding>::new());
    for case in cases {
        let spending = |spend: &'_ Spend| -> (Track, Option<Day>) { (spend.track.clone(), spend.provisional_from) };
        let (track, provisional_from) = spending(&case.whole);
        let of = |track, provisional_from| Spending { track, currency: case.budget.currency, provisional_from, changed: vec![] };
        let pace = pacing::pace(&case.budget, &of(&track, provisional_from), case.today, &settings);
        let parts: Vec<Part> = case
            .parts
            .iter()
            .map(|part| Part {
                entity: part.track.entity.clone(),
                daily: pacing::recent_daily(&of(&part.track, part.provisional_from), case.today),
                pace: None,
            })
            .collect();
        let allocation = (!parts.is_empty()).then(|| pacing::allocate(&pace, &parts, &settings)).flatten();
        findings.extend(pacing::finding(&pace));
        items.push(json!({
            "budget": case.id,
            "result": result(&pace, allocation.as_ref()),
            "days": course(&case.budget, &pace, &track),
        }));
    }
    Made { body: json!({ "items": items }), findings }
}

fn result(pace: &Pace, allocation: Option<&Allocation>) -> Value {
    let (verdict, because) = match pace.verdict {
        Verdict::OnTrack => ("on_track", None),
        Verdict::Under => ("under", None),
        Verdict::Over => ("over", None),
        Verdict::CannotTell(because) => ("cannot_tell", Some(because.to_string())),
    };
    let projected = pace.projected.as_ref();
    json!({
        "from": pace.runs.from().to_string(),
        "to": pace.runs.to().to_string(),
        "as_of": pace.as_of.map(|day| day.to_string()),
        "days_left": pace.days_left,
        "amount": money(pace.amount),
        "rolled_over": money(pace.rolled_over),
        "planned_to_date": money(pace.planned_to_date),
        "actual": money(pace.actual),
        "provisional": money(pace.provisional),
        "variance": money(pace.variance),
        "variance_percent": pace.variance_percent,
        "required_daily": pace.required_daily.map(money),
        "recent_daily": pace.recent_daily.map(money),
        "projected": projected.map(|p| money(p.total)),
        "projected_low": projected.map(|p| money(p.interval.0)),
        "projected_high": projected.map(|p| money(p.interval.1)),
        "projected_off_percent": projected.map(|p| p.off_percent),
        "used_up_on": projected.and_then(|p| p.used_up_on).map(|day| day.to_string()),
        "tolerance_percent": pace.tolerance,
        "verdict": verdict,
        "because": because,
        "severity": pace.severity.map(|severity| severity.as_str()),
        "confidence": pace.confidence,
        "notes": pace.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "allocation": allocation.map(|allocation| allocation.parts.iter().map(|part| json!({
            "source": part.entity.source,
            "account": part.entity.account,
            "name": part.entity.name,
            "daily": part.daily.map(money),
            "needed_daily": money(part.needed_daily),
            "change_percent": part.change_percent,
            "step": format!("{:?}", part.step).to_lowercase(),
            "reason": part.reason,
        })).collect::<Vec<_>>()).unwrap_or_default(),
    })
}

/// The budget's days so far: what was spent, and both sums.
fn course(budget: &pacing::Budget, pace: &Pace, track: &Track) -> Vec<Value> {
    let Some(as_of) = pace.as_of else { return vec![] };
    let mut spent = 0.0;
    let length = f64::from(pace.runs.len());
    let days = pace.runs.days().take_while(|day| *day <= as_of);
    days.zip(1_u32..)
        .map(|(day, nth)| {
            let actual = track.place(day).and_then(|place| track.days[place]).map(|figures| figures.spend);
            spent += actual.unwrap_or(0.0);
            json!({
                "day": day.to_string(),
                "actual": actual.map(money),
                "actual_to_date": money(spent),
                "planned_to_date": money(budget.amount.max(pace.amount) * f64::from(nth) / length),
            })
        })
        .collect()
}

//! Checks a query against the catalogue: do the fields exist, may they stand together, which days are meant.

use super::{
    error::{AdsError, Failure},
    field::{Field, Kind, Resource, camel},
    gaql::{Condition, Operator, Query},
    range::{self, Span},
    value::Value,
};
use crate::{limits, world::calendar};

/// A query that can be answered.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) from: Resource,
    /// Attributes of resources, in the order asked for.
    pub(crate) attributes: Vec<&'static Field>,
    pub(crate) segments: Vec<&'static Field>,
    pub(crate) metrics: Vec<&'static Field>,
    /// The names as JSON has them, separated by commas, in the order asked for.
    pub(crate) mask: String,
    /// Conditions on attributes.
    pub(crate) of_subject: Vec<Test>,
    /// Conditions on segments and metrics.
    pub(crate) of_row: Vec<Test>,
    pub(crate) days: Span,
    pub(crate) order: Vec<(&'static Field, bool)>,
    pub(crate) limit: Option<usize>,
}

/// A condition on one field.
#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) field: &'static Field,
    operator: Operator,
    values: Vec<String>,
}

impl Test {
    pub(crate) fn passes(&self, value: &Value) -> bool {
        value.passes(self.operator, &self.values)
    }
}

/// What decides a plan besides the query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) manager: bool,
    /// The account's today, as a day number.
    pub(crate) today: i32,
}

impl Plan {
    pub(crate) fn of(query: &Query, setting: Setting) -> Result<Self, AdsError> {
        let from = Resource::parse(&query.from).ok_or_else(|| {
            AdsError::query(
                "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE",
                format_args!("Error in query: invalid resource type {}.", query.from),
            )
        })?;
        let mut plan = Self {
            from,
            attributes: Vec::new(),
            segments: Vec::new(),
            metrics: Vec::new(),
            mask: String::new(),
            of_subject: Vec::new(),
            of_row: Vec::new(),
            days: Span::ALL,
            order: Vec::new(),
            limit: query.limit,
        };
        for name in &query.select {
            plan.select(name)?;
        }
        for condition in &query.conditions {
            plan.condition(condition, setting.today)?;
        }
        for (name, descending) in &query.order {
            let field = known(name)?;
            let free = field.owner() == from.name();
            if !free && !plan.selects(field) {
                return Err(AdsError::query(
                    "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
                    format_args!("The following field must be present in SELECT clause: '{name}'."),
                ));
            }
            if matches!(field.kind, Kind::List | Kind::Document) {
                return Err(AdsError::query("PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE", format_args!("Cannot sort by {name}.")));
            }
            plan.order.push((field, *descending));
        }
        plan.together(query)?;
        if setting.manager && (!plan.metrics.is_empty() || plan.of_row.iter().any(|t| t.field.is_metric())) {
            return Err(AdsError::query(
                "REQUESTED_METRICS_FOR_MANAGER",
                "Metrics cannot be requested for a manager account. To retrieve metrics, issue separate requests against each client account under the manager account.",
            ));
        }
        plan.reach(query, setting.today)?;
        Ok(plan)
    }

    fn selects(&self, field: &Field) -> bool {
        self.attributes.iter().chain(&self.segments).chain(&self.metrics).any(|f| f.name == field.name)
    }

    fn select(&mut self, name: &str) -> Result<(), AdsError> {
        let field = known(name)?;
        self.allowed(field, "SELECT")?;
        if self.selects(field) {
            return Ok(());
        }
        if !self.mask.is_empty() {
            self.mask.push(',');
        }
        self.mask.push_str(&camel(field.name));
        if field.is_metric() {
            self.metrics.push(field);
        } else if field.is_segment() {
            self.segments.push(field);
        } else {
            self.attributes.push(field);
        }
        Ok(())
    }

    /// Whether a field may stand in a query on this resource.
    fn allowed(&self, field: &Field, clause: &str) -> Result<(), AdsError> {
        let (name, from) = (field.name, self.from);
        if field.is_metric() {
            return if from.takes_metric(name) {
                Ok(())
            } else {
                Err(AdsError::query(
                    "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
                    format_args!(
                        "Cannot select or filter on the following metrics: '{name}', since they are incompatible with the resource in FROM clause '{}'.",
                        from.name()
                    ),
                ))
            };
        }
        if field.is_segment() {
            return if from.takes_segment(name) {
                Ok(())
            } else {
                Err(AdsError::query(
                    "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
                    format_args!(
                        "Cannot select or filter on the following segments: '{name}', since they are incompatible with the resource in FROM clause '{}'.",
                        from.name()
                    ),
                ))
            };
        }
        if field.owner() == from.name() || from.attributed().contains(&field.owner()) {
            return Ok(());
        }
        let code = if clause == "SELECT" {
            "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"
        } else {
            "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE"
        };
        Err(AdsError::query(
            code,
            format_args!(
                "Cannot use fields of resource '{}' in {clause} clause, since it is incompatible with the resource in FROM clause '{}'.",
                field.owner(),
                from.name()
            ),
        ))
    }

    fn condition(&mut self, condition: &Condition, today: i32) -> Result<(), AdsError> {
        let field = known(&condition.field)?;
        self.allowed(field, "WHERE")?;
        if field.is_core_date() {
            self.days = self.days.and(range::days(condition, today)?);
            return Ok(());
        }
        check_values(field, condition)?;
        let test = Test { field, operator: condition.operator, values: condition.values.clone() };
        if field.is_segment() && !self.selects(field) {
            return Err(AdsError::query(
                "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
                format_args!("The following field must be present in SELECT clause: '{}'.", field.name),
            ));
        }
        if field.is_segment() || field.is_metric() {
            self.of_row.push(test)
        } else {
            self.of_subject.push(test)
        }
        Ok(())
    }

    /// Segments and metrics that exclude each other.
    fn together(&self, query: &Query) -> Result<(), AdsError> {
        let filtered = self.of_row.iter().map(|t| t.field);
        let metrics: Vec<&Field> = self.metrics.iter().copied().chain(filtered.filter(|f| f.is_metric())).collect();
        let clash = |segment: &str, metric: &str| {
            Err(AdsError::query(
                "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
                format_args!(
                    "Cannot select or filter on the following segments: '{segment}', since they are incompatible with the following metrics: '{metric}'."
                ),
            ))
        };
        if let Some(segment) = self.segments.iter().find(|s| s.is_action())
            && let Some(metric) = metrics.iter().find(|m| !m.is_conversion_metric())
        {
            return clash(segment.name, metric.name);
        }
        if let Some(segment) = self.segments.iter().find(|s| s.name == "segments.hour")
            && let Some(metric) = metrics.iter().find(|m| m.is_share())
        {
            return clash(segment.name, metric.name);
        }
        let finite = self.days.is_finite();
        if !finite && (self.segments.iter().any(|s| s.is_core_date()) || filters_dates(query)) {
            return Err(AdsError::query(
                "EXPECTED_FILTERS_ON_DATE_RANGE",
                "Query must contain a finite date range in the WHERE clause when it uses core date segments.",
            ));
        }
        Ok(())
    }

    /// How far back days can be told apart.
    fn reach(&self, query: &Query, today: i32) -> Result<(), AdsError> {
        const FINE: [&str; 4] = ["segments.date", "segments.week", "segments.hour", "segments.day_of_week"];
        let fine = self.segments.iter().any(|s| FINE.contains(&s.name))
            || query.conditions.iter().any(|c| FINE.contains(&c.field.as_str()));
        let oldest = calendar::number(calendar::day(today).saturating_sub(jiff::Span::new().months(limits::GOOGLE_MONTHS_BACK)));
        if fine && self.days.is_finite() && self.days.from < oldest {
            return Err(Failure::new(
                "dateRangeError",
                "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED",
                format_args!("Data of this granularity is available for the last {} months only.", limits::GOOGLE_MONTHS_BACK),
            )
            .into());
        }
        Ok(())
    }

    pub(crate) fn is_segmented(&self) -> bool {
        !self.segments.is_empty()
    }

    /// Whether the rows tell what was delivered, or only what there is.
    pub(crate) fn needs_figures(&self) -> bool {
        self.is_segmented() || !self.metrics.is_empty() || !self.of_row.is_empty() || self.from.only_shown()
    }

    pub(crate) fn needs_conversions(&self) -> bool {
        let tested = self.of_row.iter().map(|t| t.field);
        self.metrics.iter().chain(&self.segments).copied().chain(tested).any(Field::needs_conversions)
    }

    pub(crate) fn has_segment(&self, name: &str) -> bool {
        self.segments.iter().any(|s| s.name == name)
    }
}

fn filters_dates(query: &Query) -> bool {
    query.conditions.iter().any(|c| Field::find(&c.field).is_some_and(Field::is_core_date))
}

fn known(name: &str) -> Result<&'static Field, AdsError> {
    Field::find(name).ok_or_else(|| {
        Failure::new("queryError", "UNRECOGNIZED_FIELD", format_args!("Unrecognized field in the query: '{name}'."))
            .trigger(name)
            .into()
    })
}

/// Whether values and operator suit the field.
fn check_values(field: &Field, condition: &Condition) -> Result<(), AdsError> {
    let mismatch = || AdsError::query("OPERATOR_FIELD_MISMATCH", format_args!("The operator cannot be used with {}.", field.name));
    let ordering = matches!(
        condition.operator,
        Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual | Operator::Between
    );
    match field.kind {
        Kind::Enum(words) => {
            if ordering || matches!(condition.operator, Operator::Like | Operator::NotLike | Operator::During) {
                return Err(mismatch());
            }
            if let Some(wrong) = condition.values.iter().find(|v| !words.is_empty() && !words.contains(&v.as_str())) {
                return Err(AdsError::query(
                    "BAD_ENUM_CONSTANT",
                    format_args!("Error in query: invalid value '{wrong}' for {}.", field.name),
                ));
            }
        }
        Kind::Int64 | Kind::Number => {
            if matches!(condition.operator, Operator::Like | Operator::NotLike | Operator::During) {
                return Err(mismatch());
            }
            if let Some(wrong) = condition.values.iter().find(|v| v.parse::<f64>().is_err()) {
                return Err(AdsError::query(
                    "BAD_NUMBER",
                    format_args!("Error in query: '{wrong}' is not a number for {}.", field.name),
                ));
            }
        }
        Kind::Bool if !condition.values.iter().all(|v| v.eq_ignore_ascii_case("true") || v.eq_ignore_ascii_case("false")) => {
            return Err(AdsError::query("BAD_VALUE", format_args!("Error in query: {} takes true or false.", field.name)));
        }
        Kind::Document => {
            return Err(AdsError::query("PROHIBITED_FIELD_IN_WHERE_CLAUSE", format_args!("Cannot filter on {}.", field.name)));
        }
        Kind::Bool | Kind::Text | Kind::List => {}
    }
    Ok(())
}

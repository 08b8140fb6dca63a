//! Tools and what they told.

use serde::Serialize;
use serde_json::Value;
use trimtab_engine::tool::{Tool, ToolCall};
use utoipa::ToSchema;

/// A tool in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToolSummary {
    /// Its name: `<platform>.<verb>_<noun>`.
    pub name: &'static str,
    /// The platform it reads.
    pub platform: &'static str,
    /// What it answers, in a line.
    pub description: &'static str,
}

/// A tool.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToolShape {
    /// Its name: `<platform>.<verb>_<noun>`.
    pub name: &'static str,
    /// The platform it reads.
    pub platform: &'static str,
    /// What it answers, in a line.
    pub description: &'static str,
    /// The JSON Schema (2020-12) of its input.
    #[schema(value_type = Object)]
    pub input_schema: &'static Value,
    /// The JSON Schema (2020-12) of `data` in its answer.
    #[schema(value_type = Object)]
    pub output_schema: &'static Value,
    /// An input it takes.
    #[schema(value_type = Object)]
    pub example: &'static Value,
}

/// A call of a tool that has ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToolCallShape {
    /// Whether it told what was asked for.
    pub success: bool,
    /// What it told, by the tool's output schema; null where it failed.
    #[schema(value_type = Object)]
    pub data: Value,
    /// Why it failed and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What it took, and what to know about the answer.
    pub metadata: ToolMetadata,
}

/// What a call took, and what to know about its answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToolMetadata {
    /// Requests made to the platform, repeated ones too.
    pub api_calls: u32,
    /// Milliseconds from the call to its end.
    pub duration_ms: u64,
    /// The share of the platform's limit that is left, in percent; null where the platform does not tell.
    pub rate_limit_remaining: Option<f64>,
    /// Whether the answer is all there is.
    pub complete: bool,
    /// What to do for the rest, where it is not.
    pub next_step: Option<String>,
    /// What to know about the answer.
    pub warnings: Vec<String>,
}

impl From<&'static Tool> for ToolSummary {
    fn from(tool: &'static Tool) -> Self {
        Self { name: tool.name(), platform: tool.platform().as_str(), description: tool.about() }
    }
}

impl From<&'static Tool> for ToolShape {
    fn from(tool: &'static Tool) -> Self {
        let ToolSummary { name, platform, description } = ToolSummary::from(tool);
        let (input_schema, output_schema, example) = (tool.input(), tool.output(), tool.example());
        Self { name, platform, description, input_schema, output_schema, example }
    }
}

impl From<&ToolCall> for ToolCallShape {
    fn from(call: &ToolCall) -> Self {
        let told = call.outcome.as_ref().ok();
        Self {
            success: told.is_some(),
            data: told.map_or(Value::Null, |told| told.data.clone()),
            error: call.outcome.as_ref().err().map(ToString::to_string),
            metadata: ToolMetadata {
                api_calls: call.cost.api_calls,
                duration_ms: u64::try_from(call.cost.duration.as_millis()).unwrap_or(u64::MAX),
                rate_limit_remaining: call.cost.limit_left_percent.map(|left| (left * 100.0).round() / 100.0),
                complete: told.is_some_and(|told| told.complete),
                next_step: told.and_then(|told| told.next_step.clone()),
                warnings: told.map(|told| told.warnings.clone()).unwrap_or_default(),
            },
        }
    }
}

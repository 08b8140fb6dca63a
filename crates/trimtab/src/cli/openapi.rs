//! `trimtab openapi`: the API's description.

use crate::output;
use clap::Args;
use std::process::ExitCode;

/// Print the OpenAPI document
#[derive(Debug, Args)]
pub(super) struct Openapi {}

impl Openapi {
    pub(super) fn run(self) -> ExitCode {
        let Self {} = self;
        output::plain(&trimtab_api::openapi());
        ExitCode::SUCCESS
    }
}

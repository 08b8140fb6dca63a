//! `trimtab migrate`: the schema forward and back, and the whole database from its file to a server.

use super::{Context, init};
use crate::{exit, node, output, system::SystemClock};
use clap::Args;
use secrecy::SecretString;
use serde_json::json;
use std::process::ExitCode;
use trimtab_domain::Clock;
use trimtab_store::{DatabaseUrl, Loss, Place, Schema, Store, transfer};

/// Bring the database's schema up to this version, back to an older one, or the whole database to a PostgreSQL server
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Only show which steps were applied
    #[arg(long, conflicts_with_all = ["to", "move_to"])]
    status: bool,
    /// Go back to this step (its number, or 0 to undo all); shows what would be lost, unless --yes is given too
    #[arg(long, value_name = "STEP", conflicts_with = "move_to")]
    to: Option<String>,
    /// Do what --to has shown
    #[arg(long, requires = "to")]
    yes: bool,
    /// Move everything from the file in the data folder to this empty PostgreSQL database: postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, value_name = "URL")]
    move_to: Option<String>,
    /// Read the password for --move-to from standard input
    #[arg(long, requires = "move_to")]
    password_stdin: bool,
}

impl Migrate {
    pub(super) async fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        if let Some(url) = &self.move_to {
            let password = if self.password_stdin { Some(init::secret_from_stdin("password")?) } else { None };
            return move_to(context, url, password).await;
        }
        let database = node::database(&context.folder, &context.config);
        if !Store::exists(&database).await? {
            let place = &database.place;
            return Err(exit::invalid(format!(
                "there is no installation in {place}: run `trimtab init` first, or name its folder with --data"
            )));
        }
        let schema = Schema::open(&database).await?;
        let done = match &self.to {
            Some(step) => back(context, &schema, step, self.yes).await,
            None if self.status => status(context, &schema).await,
            None => forward(context, &schema).await,
        };
        schema.close().await;
        done.map(|()| ExitCode::SUCCESS)
    }
}

async fn status(context: &Context, schema: &Schema) -> anyhow::Result<()> {
    let steps = schema.steps().await?;
    let pending = steps.iter().filter(|step| !step.applied).count();
    if context.json {
        let steps: Vec<_> = steps.iter().map(|step| json!({ "step": step.name, "applied": step.applied })).collect();
        output::document(&json!({ "database": schema.place().to_string(), "pending": pending, "steps": steps }));
    } else {
        let rows = steps.iter().map(|step| vec![step.name.to_owned(), if step.applied { "applied" } else { "pending" }.to_owned()]);
        output::table(vec!["step".to_owned(), "state".to_owned()], rows.collect());
        output::say(&format!("{}: {} steps, {pending} of them pending.", schema.place(), steps.len()));
    }
    Ok(())
}

async fn forward(context: &Context, schema: &Schema) -> anyhow::Result<()> {
    let applied = schema.up().await?;
    if context.json {
        output::document(&json!({ "database": schema.place().to_string(), "applied": applied }));
    } else if applied.is_empty() {
        output::say(&format!("{} is up to date.", schema.place()));
    } else {
        output::say(&format!("{}: {} steps applied, up to {}.", schema.place(), applied.len(), applied[applied.len() - 1]));
    }
    Ok(())
}

async fn back(context: &Context, schema: &Schema, step: &str, yes: bool) -> anyhow::Result<()> {
    let undone = schema.after(step).await?;
    let lost = schema.losses(&undone).await?;
    if yes {
        schema.down(step).await?;
    }
    if context.json {
        let lost: Vec<_> = lost.iter().map(|l| json!({ "table": l.table, "column": l.column, "rows": l.rows })).collect();
        output::document(&json!({ "database": schema.place().to_string(), "dry_run": !yes, "undone": undone, "lost": lost }));
        return Ok(());
    }
    let place = schema.place();
    if undone.is_empty() {
        output::say(&format!("{place} has no step after {step}: nothing to undo."));
        return Ok(());
    }
    let would = if yes { "" } else { "would be " };
    output::say(&format!("{place}: {} steps {would}undone, the newest first, down to {}.", undone.len(), undone[undone.len() - 1]));
    for Loss { table, column, rows } in &lost {
        let what = column.map_or_else(|| format!("table {table}"), |column| format!("column {table}.{column}"));
        output::say(&format!("  {what} {would}dropped, {} rows with it", output::grouped(*rows)));
    }
    output::say(if yes {
        "Run the older version now: this one would bring the schema up again."
    } else {
        "Nothing was changed. Make a backup, stop every process, and add --yes to do it."
    });
    Ok(())
}

async fn move_to(context: &Context, url: &str, password: Option<SecretString>) -> anyhow::Result<ExitCode> {
    let server: DatabaseUrl = url.parse().map_err(|error| exit::invalid(format!("--move-to: {error}")))?;
    let server = password.map_or_else(|| server.clone(), |password| server.with_password(&password));
    if let Some(used) = &context.config.database {
        return Err(exit::invalid(format!(
            "this installation is kept in {used} by database.url: unset that to move the file in the data folder, if that is meant"
        )));
    }
    let file = context.folder.database();
    let place = Place::File(file.clone());
    if !context.json {
        output::say(&format!("Moving {place} to {server}. The file is not changed."));
    }
    let moved = transfer(&file, &server, SystemClock.now()).await?;
    let rows: u64 = moved.iter().map(|table| table.rows).sum();
    if context.json {
        let tables: Vec<_> =
            moved.iter().map(|table| json!({ "table": table.table, "rows": table.rows, "digest": table.digest })).collect();
        output::document(&json!({
            "from": place.to_string(), "to": server.to_string(), "rows": rows, "tables": tables,
            "next": { "setting": "database.url", "variable": "TRIMTAB_DATABASE_URL" },
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let head = ["table", "rows", "digest"].map(str::to_owned).to_vec();
    let lines =
        moved.iter().map(|table| vec![table.table.clone(), output::grouped(table.rows), table.digest.chars().take(16).collect()]);
    output::table(head, lines.collect());
    output::say(&format!("{} rows of {} tables arrived, and read back the same.", output::grouped(rows), moved.len()));
    output::say(&format!(
        "Now set database.url in trimtab.toml (or TRIMTAB_DATABASE_URL) to the URL with the password. The data folder stays where the lake and \
         vault.key are; {place} is not used any more and may be removed once `trimtab doctor` is content."
    ));
    if server.may_be_overheard() {
        output::say("The way to this server may be unencrypted: add ?sslmode=verify-full to the URL.");
    }
    Ok(ExitCode::SUCCESS)
}

//! Whole-app tests: the real binary, a real sandbox process, real files, real HTTP.
#![cfg(test)]

mod app;
mod bad_days;
mod bad_input;
mod currency;
mod disk;
mod findings;
mod guard;
mod history;
mod http;
mod import;
mod isolation;
mod kill;
mod knowledge;
mod mail;
mod memory;
mod migrate;
mod once;
mod pages;
mod people;
mod pixels;
mod platforms;
mod postgres;
mod secrecy;
mod spine;
mod tools;
mod trouble;
mod views;

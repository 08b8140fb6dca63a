//! Rebuilds when the web client was built anew, since its files are compiled in.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}

//! Builds the server anew when the site files that a release embeds have changed.
//! Not for: producing them, see scripts/build-site.sh.

#![allow(
    clippy::print_stdout,
    reason = "it is how a build script speaks to cargo"
)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A debug build reads the files as it runs.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../target/site");
    }
}

//! A step of the schema that is new is none of the sources that cargo looks at.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}

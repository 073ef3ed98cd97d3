//! Writes into every executable of this package where it finds libtorch, so that none needs `LD_LIBRARY_PATH`.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    println!("cargo::rerun-if-env-changed=SHOPHAND_PORTABLE");
    let Some(lib) = libtorch() else {
        println!("cargo::error=Shophand is not set up, or was moved since: run `cargo xtask setup`");
        return;
    };
    // Cargo runs the script again when the folder is gone.
    println!("cargo::rerun-if-changed={lib}");

    let macos = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "macos");
    // A folder made by `cargo xtask dist` has the libraries beside the program.
    add_rpath(if macos { "@executable_path/lib" } else { "$ORIGIN/lib" });
    // A program that leaves this machine must not look into a folder that anybody could make there.
    if env::var_os("SHOPHAND_PORTABLE").is_none() {
        add_rpath(&lib);
    }
    if !macos {
        // RPATH rather than RUNPATH: it also serves the libraries that libtorch itself needs.
        println!("cargo::rustc-link-arg=-Wl,--disable-new-dtags");
    }
}

fn libtorch() -> Option<String> {
    let lib = format!("{}/lib", env::var("LIBTORCH").ok()?);
    Path::new(&lib).is_dir().then_some(lib)
}

fn add_rpath(folder: &str) {
    println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
}

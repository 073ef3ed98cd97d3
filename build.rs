//! Writes into every executable of this package where it finds libtorch, so that none needs `LD_LIBRARY_PATH`.

use std::env;

fn main() {
    // Without this line Cargo would run the script again after every change anywhere in the repository.
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=LIBTORCH");
    println!("cargo::rerun-if-env-changed=SHOPHAND_PORTABLE");

    let macos = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "macos");
    // A folder made by `cargo xtask dist` has the libraries beside the program.
    add_rpath(if macos { "@executable_path/lib" } else { "$ORIGIN/lib" });
    // A program that leaves this machine must not look into a folder that anybody could make there.
    if env::var_os("SHOPHAND_PORTABLE").is_none()
        && let Ok(libtorch) = env::var("LIBTORCH")
    {
        add_rpath(&format!("{libtorch}/lib"));
    }
    if !macos {
        // RPATH rather than RUNPATH: it also serves the libraries that libtorch itself needs.
        println!("cargo::rustc-link-arg=-Wl,--disable-new-dtags");
    }
}

fn add_rpath(folder: &str) {
    println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
}

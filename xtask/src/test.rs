//! `cargo xtask test`: set-up if needed, then every test of the workspace.

use std::process::ExitCode;

use anyhow::Result;

use crate::project::{Project, exit_code, status};
use crate::setup;

/// Runs the tests; `arguments` go to `cargo test`.
///
/// # Errors
/// When set-up fails or Cargo cannot be started. Failing tests are an exit code.
pub fn run(project: &Project, arguments: &[String]) -> Result<ExitCode> {
    setup::run(project)?;
    let mut cargo = project.cargo("test");
    // Cargo would ignore the packages asked for beside it.
    if !names_packages(arguments) {
        cargo.arg("--workspace");
    }
    cargo.args(arguments);
    status(&mut cargo).map(exit_code)
}

fn names_packages(arguments: &[String]) -> bool {
    let for_cargo = arguments.iter().take_while(|argument| *argument != "--");
    for_cargo.into_iter().any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The packages of the tree that Cargo draws for `arguments`, each with its features.
    fn tree(arguments: &[&str]) -> BTreeSet<String> {
        let mut cargo = Project::here().unwrap().cargo("tree");
        cargo.args(["--locked", "--prefix", "none", "--no-dedupe", "--format", "{p}: {f}"]).args(arguments);
        let output = cargo.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn one_package_can_be_tested_alone() {
        let names = |line: &str| names_packages(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(names("-p xtask") && names("--release --package=xtask"));
        assert!(!names("conversation") && !names("it -- --package"));
    }

    #[test]
    fn testing_compiles_no_dependency_anew_that_chatting_has_compiled() {
        let chat = tree(&["--package", "shophand", "--edges", "normal,build"]);
        let test = tree(&["--workspace", "--edges", "normal,build,dev"]);
        let anew: Vec<_> = chat.difference(&test).collect();
        assert!(
            anew.is_empty(),
            "tests turn on more features of these: let Shophand's [dependencies] turn them on too\n{anew:#?}"
        );
    }
}

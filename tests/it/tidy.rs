//! The invariants of `src/lib.rs`, held against the source itself.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file with its path relative to the repository.
struct Source {
    path: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_under(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let paths = folders.iter().flat_map(|folder| files_under(folder, "rs"));
    let sources: Vec<Source> = paths
        .map(|path| Source {
            text: fs::read_to_string(&path).unwrap(),
            path: path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"),
        })
        .collect();
    assert!(sources.len() > 5, "the search for sources went wrong");
    sources
}

impl Source {
    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/") || self.path.starts_with("tests/")
    }

    /// The lines before an inline test module, comments left out.
    fn live_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .take_while(|(_, line)| !line.trim_start().starts_with("#[cfg(test)]"))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(i, line)| (i + 1, line))
    }
}

fn report(broken: Vec<String>, rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

fn offenders(folders: &[&str], offends: impl Fn(&Source, &str) -> bool) -> Vec<String> {
    let mut broken = Vec::new();
    for source in sources(folders).iter().filter(|source| !source.is_test()) {
        for (line, text) in source.live_lines() {
            if offends(source, text) {
                broken.push(format!("{}:{line}: {}", source.path, text.trim()));
            }
        }
    }
    broken
}

#[test]
fn each_big_dependency_has_one_room() {
    let rooms: [(&str, &[&str]); 7] = [
        ("teloxide", &["src/channel/telegram"]),
        ("tantivy", &["src/catalog/"]),
        ("usearch", &["src/catalog/meaning/"]),
        ("sled", &["src/store/"]),
        ("axum", &["src/console/"]),
        ("rust_bert", &["src/understand/"]),
        ("tch", &["src/understand/"]),
    ];
    for (name, allowed) in rooms {
        let used = format!("{name}::");
        let broken = offenders(&["src"], |source, line| {
            let names_it = line.match_indices(&used).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            });
            names_it && !allowed.iter().any(|room| source.path.starts_with(room))
        });
        report(broken, &format!("{name} belongs into {allowed:?} only"));
    }
}

#[test]
fn decide_and_render_are_pure() {
    let foreign = [
        "act",
        "app",
        "catalog",
        "channel",
        "cli",
        "console",
        "eval",
        "import",
        "notify",
        "personal",
        "store",
        "turn",
        "understand",
    ];
    let impure =
        ["async fn", ".await", "std::fs", "std::net", "std::env", "::now()", "rand::", "tokio", "Instant"];
    let broken = offenders(&["src/decide", "src/render"], |_, line| {
        foreign.iter().any(|room| line.contains(&format!("crate::{room}::")))
            || impure.iter().any(|word| line.contains(word))
    });
    report(
        broken,
        "decide and render import only model and intents, and read no clock, file or random number",
    );
}

#[test]
fn act_reads_state_and_never_writes_it() {
    let store = fs::read_to_string(root().join("src/store/mod.rs")).unwrap();
    let reads = [
        "dialogue",
        "shopper",
        "history",
        "each_event",
        "feed_position",
        "orders_of",
        "order_of",
        "customer_by_order",
        "failed_links",
        "link_token",
        "holdings",
        "export",
        "turn",
        "turns_of",
        "each_turn",
        "unhandled",
        "undelivered",
        "quotes",
        "spent",
    ];
    let methods = store.lines().filter_map(|line| line.trim().strip_prefix("fn ")?.split(['(', '<']).next());
    let writes: Vec<String> =
        methods.filter(|name| !reads.contains(name)).map(|name| format!(".{name}(")).collect();
    assert!(writes.contains(&".record_turn(".to_owned()), "the store's methods were not found");
    let broken = offenders(&["src/act"], |_, line| writes.iter().any(|call| line.contains(call.as_str())));
    report(broken, "act hands back events and effects; the turn writes them");
}

#[test]
fn no_intent_name_is_known_to_rust() {
    let mut names = Vec::new();
    for file in files_under("intents", "yaml") {
        let text = fs::read_to_string(file).unwrap();
        names.extend(text.lines().find_map(|l| l.strip_prefix("intent:")).map(|n| n.trim().to_owned()));
    }
    assert!(names.len() >= 30, "only {} intents were found", names.len());
    // Words of the house that a merchandiser also uses as a name: two changes of a search, a state of an order.
    let own = ["other_colour", "other_brand", "payment_failed"];
    names.retain(|name| !own.contains(&name.as_str()));
    // A name of several words is no accident; one like `help` may also be a command or an action.
    let names: Vec<String> =
        names.into_iter().filter(|name| name.contains('_')).map(|name| format!("\"{name}\"")).collect();
    let actions = fs::read_to_string(root().join("src/model/action.rs")).unwrap();
    let replies = fs::read_to_string(root().join("src/render/keys.rs")).unwrap();
    let broken = offenders(&["src"], |_, line| {
        names
            .iter()
            .any(|name| line.contains(name.as_str()) && !actions.contains(name) && !replies.contains(name))
    });
    report(broken, "a file binds an intent to an action; code names no intent");
}

#[test]
fn nothing_panics_on_purpose_outside_tests() {
    let words = [".unwrap()", ".expect(", "todo!(", "unimplemented!(", "panic!(", "unreachable!("];
    let broken = offenders(&["src", "xtask/src"], |_, line| words.iter().any(|word| line.contains(word)));
    report(broken, "no unwrap, expect or panic outside tests");
}

#[test]
fn files_and_functions_stay_readable() {
    let mut broken = Vec::new();
    for source in sources(&["src", "xtask/src", "tests"]) {
        let lines = source.text.lines().count();
        if lines > 500 {
            broken.push(format!("{}: {lines} lines", source.path));
        }
        // A test may list its cases at length.
        if !source.is_test() {
            broken.extend(long_functions(&source));
        }
    }
    report(broken, "no file over 500 lines, no function over 60");
}

/// Functions whose body ends more than 60 lines below their first line, by indentation, as rustfmt leaves it.
fn long_functions(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut long = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let starts = ["fn ", "pub fn ", "async fn ", "pub async fn ", "pub(super) fn ", "pub(crate) fn "];
        if !starts.iter().any(|start| code.starts_with(start)) {
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        let end = lines[i..].iter().position(|l| *l == format!("{indent}}}"));
        if let Some(length) = end.filter(|length| *length >= 60) {
            long.push(format!("{}:{}: {} lines: {}", source.path, i + 1, length + 1, code.trim()));
        }
    }
    long
}

#[test]
fn rooms_have_names_that_say_something() {
    let empty = ["util", "utils", "helper", "helpers", "common", "misc", "lib2"];
    let broken: Vec<String> = sources(&["src", "xtask/src", "tests"])
        .into_iter()
        .map(|source| source.path)
        .filter(|path| path.trim_end_matches(".rs").split('/').any(|part| empty.contains(&part)))
        .collect();
    report(broken, "a module's name says what is in it");
}

#[test]
fn there_is_one_integration_test_binary() {
    let strays: Vec<String> = fs::read_dir(root().join("tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| path.display().to_string())
        .collect();
    report(strays, "each further binary links libtorch again: put tests into tests/it");
}

#[test]
fn the_top_level_is_as_the_owner_fixed_it() {
    let allowed = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "build.rs",
        "dist",
        "index",
        "intents",
        "src",
        "target",
        "tests",
        "xtask",
    ];
    let strays: Vec<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !allowed.contains(&name.as_str()))
        .collect();
    report(strays, "the top level is fixed");
}

/// A test file that nobody declares is never compiled, and so never fails.
#[test]
fn every_source_file_is_declared_as_a_module() {
    let sources = sources(&["src", "tests/it", "xtask/src"]);
    let declares = |parent: &str, name: &str| {
        sources.iter().any(|source| {
            let is_parent = source.path == format!("{parent}.rs")
                || ["mod", "lib", "main"].iter().any(|file| source.path == format!("{parent}/{file}.rs"));
            is_parent && source.text.lines().any(|line| line.trim().ends_with(&format!("mod {name};")))
        })
    };
    let mut broken = Vec::new();
    for source in &sources {
        let Some((folder, file)) = source.path.rsplit_once('/') else { continue };
        let (parent, name) = match file.trim_end_matches(".rs") {
            "main" | "lib" => continue,
            "mod" => folder.rsplit_once('/').unwrap_or(("", folder)),
            name => (folder, name),
        };
        if !declares(parent, name) {
            broken.push(source.path.clone());
        }
    }
    report(broken, "these files are part of no module");
}

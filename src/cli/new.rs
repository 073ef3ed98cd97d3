//! `shophand new DIR`: a small working shop to start from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use include_dir::{Dir, include_dir};

use super::index::check::look;
use super::output::Output;
use crate::app::ShopDir;
use crate::problem::Finding;

/// The demo shop's own files: what they say works, and every one explains itself.
static INTENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/intents");
static INDEX: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/index");

/// A conversation that goes as written in this shop, to copy from.
const CONVERSATION: &str = include_str!("new_conversation.yml");

/// Its lists: those of the demo name products that it does not have.
const LISTS: &str = include_str!("new_lists.yaml");

/// Tells editors with a YAML language server which file has which of `intents/.schema/`.
const EDITOR: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/.vscode/settings.json"));

/// What the merchandisers' tools compare with is in git; conversations and what is built from the files are not for it.
const IGNORED: &str = "# All state of the shop: conversations, histories, orders, the built index. `shophand backup FILE` saves it.
.shophand/
";

/// Every so many products of the demo are kept: enough to try a search in each department, few enough to replace.
const EVERY: usize = 12;

/// Writes the files; refuses a folder that has any of them already.
///
/// # Errors
/// When the folder holds a shop already, or cannot be written.
pub fn run(dir: &Path, out: &mut dyn Output) -> Result<()> {
    for part in ["index", "intents"] {
        if dir.join(part).exists() {
            bail!("{} exists already; name a folder without a shop in it", dir.join(part).display());
        }
    }
    let mut written = write_all(&INTENTS, &dir.join("intents"), &|_| true)?;
    let products = fewer_products()?;
    let pictures = pictures(&products)?;
    let wanted = |path: &Path| match path.starts_with("pictures") {
        true => path == Path::new("pictures") || pictures.contains(path),
        false => !path.starts_with("demo"),
    };
    written += write_all(&INDEX, &dir.join("index"), &wanted)?;
    let settings = dir.join(".vscode/settings.json");
    if !settings.exists() {
        write(&settings, EDITOR.as_bytes())?;
        written += 1;
    }
    written += usize::from(ignore_state(dir)?);
    write(&dir.join("index/products.csv"), products.as_bytes())?;
    write(&dir.join("index/lists.yaml"), LISTS.as_bytes())?;
    let shop = text("shop.yaml")?
        .replace("name: Alder & Finch", "name: My Shop")
        .replace(r"'[A-Z]-\d{4,6}'", r"'[A-Z]{1,3}-?\d{4,10}'");
    write(&dir.join("index/shop.yaml"), shop.as_bytes())?;
    leave_out_what_finds_nothing(dir)?;
    write(&dir.join("tests/conversations/en/first_steps.yml"), CONVERSATION.as_bytes())?;
    written += 1;
    out.line(&format!("{} holds a working shop now ({written} files). Next:", dir.display()));
    out.line("  index/shop.yaml      your name, contact and facts");
    out.line("  index/products.csv   your products, or `shophand import catalog FILE` for a feed");
    out.line("  intents/             what it understands and answers; see intents/README.md");
    out.line("  tests/conversations/ conversations that must go as written");
    out.line(&format!("  shophand chat --shop {}", dir.display()));
    out.line(&format!("  shophand test --shop {}", dir.display()));
    Ok(())
}

/// Whether a file of a shop is what `shophand new` wrote: what could be better in it is not its merchandiser's doing.
pub(super) fn is_as_given(file: &Path, text: &str) -> bool {
    let given = match file.strip_prefix("intents") {
        Ok(name) => INTENTS.get_file(name),
        Err(_) => file.strip_prefix("index").ok().and_then(|name| INDEX.get_file(name)),
    };
    let is_sample =
        || file == Path::new("index/products.csv") && fewer_products().is_ok_and(|sample| sample == text);
    given.is_some_and(|given| given.contents() == text.as_bytes()) || is_sample()
}

/// Keeps the state out of git, beside what a folder that was there has git ignore already; whether the file is new.
fn ignore_state(dir: &Path) -> Result<bool> {
    let path = dir.join(".gitignore");
    let mut rules = if path.exists() { std::fs::read_to_string(&path)? } else { String::new() };
    let new = rules.is_empty();
    if !rules.lines().any(|rule| rule.trim_matches('/') == ".shophand") {
        if !new && !rules.ends_with('\n') {
            rules.push('\n');
        }
        write(&path, (rules + IGNORED).as_bytes())?;
    }
    Ok(new)
}

/// Sets the sample products aside once the shop has a catalogue of its own; false when a merchandiser has made them theirs.
///
/// # Errors
/// When the file cannot be read or renamed.
pub fn set_sample_aside(shop: &Path) -> Result<bool> {
    let file = shop.join("index/products.csv");
    let untouched = file.is_file() && std::fs::read_to_string(&file)? == fewer_products()?;
    if untouched {
        std::fs::rename(&file, shop.join("index/products.sample"))
            .with_context(|| format!("{} cannot be renamed", file.display()))?;
    }
    Ok(untouched)
}

/// The pictures that these products show.
fn pictures(products: &str) -> Result<BTreeSet<PathBuf>> {
    let mut reader = csv::Reader::from_reader(products.as_bytes());
    let column = reader.headers()?.iter().position(|name| name == "image");
    let Some(column) = column else { return Ok(BTreeSet::new()) };
    reader.records().map(|record| Ok(PathBuf::from(record?.get(column).unwrap_or_default()))).collect()
}

/// The demo's synonyms are for all of its products. Those that find none of the few here would be the first thing that
/// `index check` complains about, so they are left out: a rule that leads nowhere is a line of its file, a narrower value
/// is a word of one.
fn leave_out_what_finds_nothing(dir: &Path) -> Result<()> {
    let shop = ShopDir::open(dir)?;
    let idle = |finding: &&Finding| matches!(finding.check, "finds_nothing" | "category");
    let mut by_file: BTreeMap<PathBuf, BTreeMap<usize, Vec<Finding>>> = BTreeMap::new();
    for finding in look(&shop).0.found.iter().filter(idle) {
        let lines = by_file.entry(finding.at.file.clone()).or_default();
        lines.entry(finding.at.line).or_default().push(finding.clone());
    }
    for (file, lines) in by_file {
        let path = dir.join(file);
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let kept = text.lines().zip(1..).filter_map(|(line, number)| match lines.get(&number) {
            Some(found) => without(line, found),
            None => Some(line.to_owned()),
        });
        write(&path, (kept.collect::<Vec<_>>().join("\n") + "\n").as_bytes())?;
    }
    Ok(())
}

/// A line of a family without the values that nothing has; `None` when nothing remains, and for any other rule.
fn without(line: &str, found: &[Finding]) -> Option<String> {
    let (name, rest) = line.strip_prefix("    ").filter(|rest| !rest.starts_with('-'))?.split_once(": [")?;
    let idle: Vec<&str> = found.iter().filter_map(|finding| finding.at.focus.as_deref()).collect();
    let values = rest.trim_end_matches(']').split(", ").filter(|value| !idle.contains(value));
    let values: Vec<&str> = values.collect();
    (!values.is_empty()).then(|| format!("    {name}: [{}]", values.join(", ")))
}

fn write_all(from: &Dir<'_>, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<usize> {
    let mut written = 0;
    for file in from.files().filter(|file| wanted(file.path())) {
        write(&to.join(file.path()), file.contents())?;
        written += 1;
    }
    for folder in from.dirs().filter(|folder| wanted(folder.path())) {
        written += write_all(folder, to, wanted)?;
    }
    Ok(written)
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    std::fs::write(path, content).with_context(|| format!("{} cannot be written", path.display()))
}

fn text(name: &str) -> Result<&'static str> {
    let file = INDEX.get_file(name).and_then(|file| file.contents_utf8());
    file.with_context(|| format!("this program was built without index/{name}"))
}

fn fewer_products() -> Result<String> {
    let mut reader = csv::Reader::from_reader(text("products.csv")?.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers()?)?;
    for record in reader.records().step_by(EVERY) {
        writer.write_record(&record?)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

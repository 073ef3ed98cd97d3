//! From the shop's folder to an [`IntentSet`], or to everything that is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use sha2::{Digest, Sha256};

use super::across::{self, LanguageFiles};
use super::intent_file;
use super::types::{Grammar, IntentSet, Language, Replies};
use super::{grammar, word_files};
use crate::disk::{Unseen, files_below};
use crate::problem::{Place, Problem, Problems, Report};
use crate::yaml::tree;

/// In bytes; the examples of ten thousand shoppers fit into a tenth of it.
const LARGEST: u64 = 8 << 20;

/// What the files are held to, besides their own rules.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The keys that every `replies.yaml` must have, because the house says them.
    pub replies: &'a [&'a str],
    /// The `{variables}` that answers may use.
    pub variables: &'a BTreeSet<String>,
    /// The language of `index/shop.yaml`, which goes before the others.
    pub language: Option<&'a str>,
    /// Whether each language must have its `grammar.yaml`: a shop that answers shoppers cannot do without.
    pub grammar: bool,
}

impl IntentSet {
    /// Reads `SHOP/intents/` and checks all of it.
    ///
    /// # Errors
    /// Every problem of every file, with file, line and column.
    pub fn load(shop: &Path, expected: &Expected<'_>) -> Result<IntentSet, Problems> {
        Files::read(shop, expected).into_set()
    }
}

/// All files of `SHOP/intents/` as they were read: what is sound in them, what is not, and where everything stands.
pub struct Files {
    version: String,
    /// The language that goes before the others.
    first: Option<String>,
    pub(super) sources: Vec<SourceFile>,
    pub(super) languages: Vec<ReadLanguage>,
    pub(super) problems: Vec<Problem>,
}

/// What the files of one language hold.
pub(super) struct ReadLanguage {
    pub(super) code: String,
    pub(super) files: LanguageFiles,
    pub(super) replies: Replies,
    pub(super) grammar: Grammar,
    facts: BTreeMap<String, String>,
}

impl Files {
    /// Reads everything that can be read.
    pub fn read(shop: &Path, expected: &Expected<'_>) -> Files {
        let mut problems = Vec::new();
        let sources = read_files(shop, &mut problems);
        let mut by_language: BTreeMap<&str, Vec<&SourceFile>> = BTreeMap::new();
        for file in &sources {
            by_language.entry(&file.language).or_default().push(file);
        }
        let languages: Vec<ReadLanguage> = by_language
            .into_iter()
            .map(|(code, files)| language(code, &files, expected, &mut problems))
            .collect();
        if languages.is_empty() && problems.is_empty() {
            problems.push(whole_file(
                Path::new("intents"),
                "no intents here; write one as intents/en/TOPIC/NAME.yaml, or start with `shophand new DIR`",
            ));
        }
        problems.extend(expected.language.and_then(|code| silent(code, &languages, &sources)));
        problems.sort();
        let first = expected.language.map(str::to_owned);
        Files { version: digest(&sources), first, sources, languages, problems }
    }

    /// The intents, if nothing is wrong.
    ///
    /// # Errors
    /// Every problem of every file, with file, line and column.
    pub fn into_set(self) -> Result<IntentSet, Problems> {
        if !self.problems.is_empty() {
            return Err(Problems(self.problems));
        }
        let mut languages: Vec<Language> = self.languages.into_iter().map(ReadLanguage::finish).collect();
        let first = |language: &Language| self.first.as_deref() == Some(language.code.as_str());
        let size = |language: &Language| {
            (language.intents.len(), language.intents.iter().map(|i| i.examples.len()).sum::<usize>())
        };
        languages.sort_by(|a, b| {
            first(b).cmp(&first(a)).then_with(|| size(b).cmp(&size(a))).then_with(|| a.code.cmp(&b.code))
        });
        Ok(IntentSet { version: self.version, languages })
    }
}

/// That the shop's own language has no intents, so that it would answer in another one.
fn silent(code: &str, languages: &[ReadLanguage], sources: &[SourceFile]) -> Option<Problem> {
    let speaks = languages.iter().any(|language| language.code == code && !language.files.intents.is_empty());
    // Where there are files, but broken ones, those are the news.
    let broken = sources.iter().any(|file| file.language == code && !file.is_of_words());
    (!speaks && !broken && !languages.is_empty()).then(|| {
        let folder = Path::new("intents").join(code);
        let what = format!("there are no intents here, and index/shop.yaml says `language: {code}`");
        let speaking = languages.iter().filter(|language| !language.files.intents.is_empty());
        let other = speaking.map(|language| language.code.as_str()).collect::<Vec<_>>().join(" or ");
        Problem {
            suggestion: Some(format!("put its files back, or write {other} there")),
            ..whole_file(&folder, what)
        }
    })
}

impl SourceFile {
    /// Whether it is one of those that hold words, not an intent.
    fn is_of_words(&self) -> bool {
        let below: Vec<_> = self.path.iter().skip(2).collect();
        below.len() == 1
            && self.path.file_stem().is_some_and(|stem| WORD_FILES.iter().any(|name| stem == *name))
            || below.first().is_some_and(|folder| *folder == "entities")
    }
}

/// Directly in a language's folder.
const WORD_FILES: [&str; 3] = ["replies", "grammar", "facts"];

pub(super) struct SourceFile {
    /// Relative to the shop's folder.
    pub(super) path: PathBuf,
    language: String,
    pub(super) text: String,
}

fn whole_file(path: &Path, message: impl Into<String>) -> Problem {
    Problem {
        file: path.to_owned(),
        line: 0,
        column: 0,
        message: message.into(),
        suggestion: None,
        focus: None,
        other: None,
    }
}

/// Every `.yaml` and `.yml` file below `SHOP/intents/`, relative to the shop and sorted. Other files and hidden ones are none
/// of ours.
///
/// # Errors
/// The folders that cannot be read.
pub fn yaml_files(shop: &Path) -> Result<Vec<PathBuf>, Problems> {
    let mut problems = Vec::new();
    let paths = paths(shop, &mut problems);
    if problems.is_empty() { Ok(paths) } else { Err(Problems(problems)) }
}

fn paths(shop: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let within = |path: &Path| path.strip_prefix(shop).unwrap_or(path).to_owned();
    let mut paths = Vec::new();
    for found in files_below(&shop.join("intents")) {
        match found {
            Ok(path) if path.extension().is_some_and(|e| e == "yaml" || e == "yml") => {
                paths.push(within(&path));
            }
            Ok(_) => {}
            Err(Unseen { path, reason }) => {
                problems.push(whole_file(&within(&path), format!("this cannot be read: {reason}")))
            }
        }
    }
    paths.sort();
    paths
}

fn read_files(shop: &Path, problems: &mut Vec<Problem>) -> Vec<SourceFile> {
    let paths = paths(shop, problems);
    paths.into_iter().filter_map(|path| read_file(shop, path, problems)).collect()
}

fn read_file(shop: &Path, path: PathBuf, problems: &mut Vec<Problem>) -> Option<SourceFile> {
    let mut levels = path.components().skip(1).map(|c| c.as_os_str().to_string_lossy().into_owned());
    let language = levels.next().filter(|_| levels.next().is_some());
    let is_code = |code: &str| (2..=3).contains(&code.len()) && code.chars().all(|c| c.is_ascii_lowercase());
    let Some(language) = language.filter(|code| is_code(code)) else {
        problems.push(whole_file(
            &path,
            "this file is in no language's folder; move it below intents/en/, or the like",
        ));
        return None;
    };
    match content(&shop.join(&path)).map(String::from_utf8) {
        Ok(Ok(text)) => Some(SourceFile { path, language, text }),
        Ok(Err(error)) => {
            let (line, column) = after(error.as_bytes(), error.utf8_error().valid_up_to());
            let bytes = error.as_bytes();
            let utf_16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
            let message = match utf_16 {
                true => "is not UTF-8 (it looks like UTF-16): save it as UTF-8".to_owned(),
                false => "not UTF-8 text from here on; save the file as UTF-8".to_owned(),
            };
            problems.push(Problem {
                file: path,
                line,
                column,
                message,
                suggestion: None,
                focus: None,
                other: None,
            });
            None
        }
        Err(error) => {
            problems.push(whole_file(&path, format!("this file cannot be read: {error}")));
            None
        }
    }
}

/// All bytes of a file, unless it is something that only looks like a file, or too large to have been written by hand.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    if about.len() > LARGEST {
        let sizes =
            format!("it has {} bytes, and no file of intents may have more than {LARGEST}", about.len());
        return Err(io::Error::other(sizes));
    }
    fs::read(path)
}

/// Line and column behind the first `valid` bytes.
fn after(bytes: &[u8], valid: usize) -> (usize, usize) {
    let good = String::from_utf8_lossy(&bytes[..valid]).into_owned();
    let column = good.rsplit('\n').next().map_or(0, |line| line.chars().count());
    (good.matches('\n').count() + 1, column + 1)
}

/// The first 12 hex digits of a SHA-256 over paths and contents in the order of paths.
fn digest(files: &[SourceFile]) -> String {
    let mut sha = Sha256::new();
    for file in files {
        for part in [file.path.to_string_lossy().as_bytes(), file.text.as_bytes()] {
            sha.update((part.len() as u64).to_le_bytes());
            sha.update(part);
        }
    }
    sha.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn language(
    code: &str,
    files: &[&SourceFile],
    expected: &Expected<'_>,
    problems: &mut Vec<Problem>,
) -> ReadLanguage {
    let mut read = LanguageFiles::default();
    let mut replies = None;
    let mut grammar = None;
    let mut facts = BTreeMap::new();
    for file in files {
        let mut report = Report::new(&file.path);
        let Some(node) = tree::read(&file.text, &mut report).filter(|node| node.is_map(&mut report)) else {
            problems.append(&mut report.problems);
            continue;
        };
        let below: Vec<_> =
            file.path.iter().skip(2).map(|level| level.to_string_lossy().into_owned()).collect();
        match below.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["replies.yaml" | "replies.yml"] => {
                replies = Some(word_files::replies(&node, expected.replies, &mut report));
            }
            ["grammar.yaml" | "grammar.yml"] => grammar = Some(grammar::grammar(&node, &mut report)),
            ["facts.yaml" | "facts.yml"] => facts = word_files::facts(&node, expected.variables, &mut report),
            ["entities", ..] => {
                let words = word_files::entity(&node, &mut report);
                read.entities.extend(words.map(|words| (file.path.clone(), words)));
            }
            _ => {
                let intent = intent_file::read(&node, &mut report);
                read.intents.extend(intent.map(|intent| (file.path.clone(), intent)));
            }
        }
        problems.append(&mut report.problems);
    }
    if replies.is_none() && !expected.replies.is_empty() {
        missing(code, "replies.yaml", "what the house itself says", problems);
    }
    if grammar.is_none() && expected.grammar {
        missing(code, "grammar.yaml", "the small words by which messages are taken apart", problems);
    }
    across::check(&read, expected.variables, problems);
    let (replies, grammar) = (replies.unwrap_or_default(), grammar.unwrap_or_default());
    ReadLanguage { code: code.to_owned(), files: read, replies, grammar, facts }
}

/// Says that a language lacks a file, unless the file is there and broken.
fn missing(code: &str, name: &str, holds: &str, problems: &mut Vec<Problem>) {
    let path = Path::new("intents").join(code).join(name);
    if !problems.iter().any(|problem| problem.file == path) {
        let suggestion = format!(
            "copy {name} of another language, or of a shop that `shophand new` makes, and translate it"
        );
        problems.push(Problem {
            suggestion: Some(suggestion),
            ..whole_file(&path, format!("this file is missing: it holds {holds}"))
        });
    }
}

impl ReadLanguage {
    fn finish(self) -> Language {
        let mut intents: Vec<_> = self
            .files
            .intents
            .into_iter()
            .map(|(file, parsed)| {
                let mut intent = parsed.intent;
                intent.file = file;
                intent
            })
            .collect();
        intents.sort_by(|a, b| a.name.cmp(&b.name));
        let entities = self.files.entities.into_iter().map(|(_, parsed)| parsed.words).collect();
        let ReadLanguage { code, replies, grammar, facts, .. } = self;
        Language { code, intents, entities, replies, grammar, facts }
    }
}

/// Reads one file of whatever kind its path says, for tests that feed it anything.
///
/// # Errors
/// The problems of that file alone.
pub fn check_text(path: &Path, text: &str) -> Result<(), Problems> {
    let mut report = Report::new(path);
    if let Some(node) = tree::read(text, &mut report).filter(|node| node.is_map(&mut report)) {
        match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("replies") => drop(word_files::replies(&node, &[], &mut report)),
            Some("grammar") => drop(grammar::grammar(&node, &mut report)),
            Some("facts") => drop(word_files::facts(&node, &BTreeSet::new(), &mut report)),
            _ if path.iter().any(|level| level == "entities") => drop(word_files::entity(&node, &mut report)),
            _ => drop(intent_file::read(&node, &mut report)),
        }
    } else if report.problems.is_empty() {
        report.add(Place { line: 1, column: 1 }, "not valid YAML");
    }
    if report.problems.is_empty() { Ok(()) } else { Err(Problems(report.problems)) }
}

/// The grammar of a text alone.
///
/// # Errors
/// The problems of that text.
#[cfg(test)]
pub(crate) fn grammar_from(text: &str) -> Result<Grammar, Problems> {
    let mut report = Report::new(Path::new("grammar.yaml"));
    let grammar = tree::read(text, &mut report).map(|node| grammar::grammar(&node, &mut report));
    if report.problems.is_empty() { Ok(grammar.unwrap_or_default()) } else { Err(Problems(report.problems)) }
}

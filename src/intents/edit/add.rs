//! One more example in an intent's file: one line more, and nothing else.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use yaml_parser::{SyntaxKind, SyntaxNode};

use super::{EditError, Meaning, end, key_of, quoted, scalar, start, top_entries, tree, unsafe_to_edit};
use crate::intents::marks;
use crate::text::key;

/// What became of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It stands in the file now.
    New,
    /// The file had it already, but for case and punctuation.
    Known,
}

/// Adds an example to the file of an intent, which is replaced as a whole or not at all. `source` says who taught it and
/// where it was said, "Ana, turn 01J…", and becomes a comment behind it. Several at the same time wait for each other,
/// so that none is lost.
///
/// # Errors
/// [`EditError`]; the file is as it was then.
pub fn add_example(file: &Path, example: &str, source: &str) -> Result<Added, EditError> {
    let fault = |done| move |reason| EditError::File { file: file.to_owned(), done, reason };
    let _alone = alone(file).map_err(fault("locked"))?;
    let text = fs::read_to_string(file).map_err(fault("read"))?;
    match with_example(file, &text, example, source)? {
        Some(longer) => {
            crate::disk::replace(file, longer.as_bytes()).map_err(fault("written"))?;
            Ok(Added::New)
        }
        None => Ok(Added::Known),
    }
}

/// Holds the folder of a file until it is dropped: the file itself is replaced, and a lock on it with it.
fn alone(file: &Path) -> std::io::Result<Option<fs::File>> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Only Unix opens folders.
    if !cfg!(unix) {
        return Ok(None);
    }
    let folder = fs::File::open(folder)?;
    folder.lock()?;
    Ok(Some(folder))
}

/// The text of an intent's file with one more example; `None` when it has it already. `file` is for messages, `source` a
/// comment behind the example, none when it is empty or the examples stand between brackets.
///
/// # Errors
/// [`EditError`] when the text is no sound file, or written so that nothing can be added safely.
pub fn with_example(
    file: &Path,
    text: &str,
    example: &str,
    source: &str,
) -> Result<Option<String>, EditError> {
    let (longer, added) = with_examples(file, text, &[example], source)?;
    Ok((added > 0).then_some(longer))
}

/// The same with several examples: the text, and how many of them it did not have.
///
/// # Errors
/// As [`with_example`].
pub fn with_examples(
    file: &Path,
    text: &str,
    examples: &[&str],
    source: &str,
) -> Result<(String, usize), EditError> {
    let mut meaning = Meaning::of(file, text)?;
    let mut known = known(&mut meaning);
    let spaced = examples.iter().map(|example| example.split_whitespace().collect::<Vec<_>>().join(" "));
    let fresh: Vec<String> = spaced.filter(|example| known.insert(plain(example))).collect();
    if fresh.is_empty() {
        return Ok((text.to_owned(), 0));
    }
    let longer = inserted(file, text, &fresh, source)?;
    let fits =
        grown(meaning, &fresh).is_some_and(|wanted| Meaning::of(file, &longer).is_ok_and(|is| is == wanted));
    if !fits {
        return Err(unsafe_to_edit(file, "its examples are written in a way that one more would not fit"));
    }
    Ok((longer, fresh.len()))
}

/// An example as shoppers' messages are held to it.
fn plain(example: &str) -> String {
    marks(example).map_or_else(|_| key(example), |marked| key(&marked.plain))
}

fn known(meaning: &mut Meaning) -> HashSet<String> {
    let Some(Meaning::List(items)) = meaning.entry("examples") else { return HashSet::new() };
    let texts = items.iter().filter_map(|item| match item {
        Meaning::Text(text) => Some(plain(text)),
        _ => None,
    });
    texts.collect()
}

/// What the file should say afterwards.
fn grown(mut meaning: Meaning, examples: &[String]) -> Option<Meaning> {
    let examples = examples.iter().cloned().map(Meaning::Text);
    match meaning.entry("examples") {
        Some(Meaning::List(items)) => items.extend(examples),
        Some(_) => return None,
        None => match &mut meaning {
            Meaning::Map(entries) => entries.push(("examples".to_owned(), Meaning::List(examples.collect()))),
            _ => return None,
        },
    }
    Some(meaning)
}

/// The example as it stands in a block, with where it came from.
fn line(example: &str, source: &str) -> String {
    let source = source.split_whitespace().collect::<Vec<_>>().join(" ");
    if source.is_empty() { scalar(example) } else { format!("{} # {source}", scalar(example)) }
}

fn inserted(file: &Path, text: &str, examples: &[String], source: &str) -> Result<String, EditError> {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let block = |indent: &str| -> String {
        examples.iter().map(|example| format!("{newline}{indent}- {}", line(example, source))).collect()
    };
    let tree = tree(file, text)?;
    let entries = top_entries(&tree);
    let Some(entry) = entries.iter().find(|entry| key_of(entry) == "examples") else {
        let gap = if text.ends_with('\n') { "" } else { newline };
        return Ok(format!("{text}{gap}examples:{}{newline}", block("  ")));
    };
    let list = |node: &SyntaxNode| matches!(node.kind(), SyntaxKind::BLOCK_SEQ | SyntaxKind::FLOW_SEQ);
    let list =
        entry.descendants().find(list).ok_or_else(|| unsafe_to_edit(file, "\"examples\" is no list"))?;
    let entry_kinds = [SyntaxKind::BLOCK_SEQ_ENTRY, SyntaxKind::FLOW_SEQ_ENTRY];
    let last = list.descendants().filter(|node| entry_kinds.contains(&node.kind())).last();
    let last = last.ok_or_else(|| unsafe_to_edit(file, "\"examples\" is empty"))?;
    let (at, addition) = if list.kind() == SyntaxKind::BLOCK_SEQ {
        let behind = text[..start(&last)].rfind('\n').map_or(0, |at| at + 1);
        let indent = &text[behind..start(&last)];
        // Behind a comment on the same line.
        let at = text[end(&last)..].find('\n').map_or(text.len(), |at| end(&last) + at);
        let at = at - usize::from(text[..at].ends_with('\r'));
        (at, block(indent))
    } else {
        (end(&last), examples.iter().map(|example| format!(", {}", quoted(example))).collect())
    };
    Ok(format!("{}{addition}{}", &text[..at], &text[at..]))
}

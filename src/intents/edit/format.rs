//! One way to write a file: the order of its keys, indentation, quotes, blanks, no example twice.

use std::collections::BTreeMap;
use std::path::Path;

use pretty_yaml::config::{FormatOptions, LanguageOptions, LayoutOptions, Quotes};
use yaml_parser::{SyntaxKind, SyntaxNode};

use super::{EditError, Meaning, end, key_of, start, top_entries, tree, unsafe_to_edit};
use crate::intents::intent_file;

/// No file has a line of so many columns: what stands on one line stays there.
const WIDTH: usize = 1_000_000;

/// After so many rounds a text that still changes is given up.
const ROUNDS: usize = 4;

/// The text of a file in the one way to write it. It means the same, has the same comments, and formatting it again changes
/// nothing. `file` is for messages.
///
/// # Errors
/// [`EditError`] when the text is no sound YAML, or one of these three cannot be kept.
pub fn format(file: &Path, text: &str) -> Result<String, EditError> {
    let before = unrepeated(Meaning::of(file, text)?);
    let comments = comments(&tree(file, text)?);
    let mut done = once(file, text)?;
    for _ in 0..ROUNDS {
        let again = once(file, &done)?;
        if again == done {
            break;
        }
        done = again;
    }
    if once(file, &done)? != done {
        return Err(unsafe_to_edit(file, "no layout of it is stable"));
    }
    if sorted(Meaning::of(file, &done)?) != sorted(before) {
        return Err(unsafe_to_edit(file, "laid out anew it would not mean the same"));
    }
    if self::comments(&tree(file, &done)?) != comments {
        return Err(unsafe_to_edit(file, "laid out anew it would lose a comment"));
    }
    Ok(done)
}

fn once(file: &Path, text: &str) -> Result<String, EditError> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let listed = one_to_a_line(file, &in_order(file, &text)?)?;
    let arranged = without_repetitions(file, &listed)?;
    let options = FormatOptions {
        layout: LayoutOptions { print_width: WIDTH, ..LayoutOptions::default() },
        language: LanguageOptions {
            quotes: Quotes::PreferSingle,
            brace_spacing: false,
            trailing_comma: false,
            ..LanguageOptions::default()
        },
    };
    let laid_out = pretty_yaml::format_text(&arranged, &options);
    laid_out.map_err(|error| unsafe_to_edit(file, error.to_string().replace('\n', " ")))
}

/// The entries of an intent's file in the order in which `intents/README.md` explains them. A comment above a key goes with
/// it; what stands above the first key stays at the top.
fn in_order(file: &Path, text: &str) -> Result<String, EditError> {
    let tree = tree(file, text)?;
    let entries = top_entries(&tree);
    let keys: Vec<String> = entries.iter().map(key_of).collect();
    let rank = |key: &String| intent_file::KEYS.iter().position(|known| known == key);
    let is_intent = keys.iter().any(|key| key == "intent");
    let ranks: Option<Vec<usize>> = keys.iter().map(rank).collect();
    let Some(ranks) = ranks.filter(|ranks| is_intent && !ranks.is_sorted()) else {
        return Ok(text.to_owned());
    };
    let mut text = text.to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let starts: Vec<usize> = entries
        .iter()
        .enumerate()
        .map(|(i, e)| if i == 0 { line_start(&text, start(e)) } else { above(&text, start(e)) })
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let mut parts: Vec<(usize, &str)> =
        ranks.into_iter().zip(starts.iter().zip(ends).map(|(from, to)| &text[*from..to])).collect();
    parts.sort_by_key(|(rank, _)| *rank);
    let head = &text[..starts.first().copied().unwrap_or_default()];
    Ok(std::iter::once(head).chain(parts.into_iter().map(|(_, part)| part)).collect())
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

/// Where the comments begin that stand directly above a key and are not indented.
fn above(text: &str, at: usize) -> usize {
    let mut from = line_start(text, at);
    while from > 0 {
        let before = line_start(text, from - 1);
        if !text[before..from].starts_with('#') {
            break;
        }
        from = before;
    }
    from
}

/// Examples that stand in brackets get a line each, as those that are added later do. A list with a comment in it stays.
fn one_to_a_line(file: &Path, text: &str) -> Result<String, EditError> {
    let tree = tree(file, text)?;
    let examples = top_entries(&tree).into_iter().find(|entry| key_of(entry) == "examples");
    let value =
        |entry: &SyntaxNode| entry.children().find(|child| child.kind() == SyntaxKind::BLOCK_MAP_VALUE);
    let list = examples.as_ref().and_then(value).and_then(|value| {
        value.descendants().find(|node| matches!(node.kind(), SyntaxKind::FLOW_SEQ | SyntaxKind::BLOCK_SEQ))
    });
    let Some(list) = list.filter(|list| list.kind() == SyntaxKind::FLOW_SEQ) else {
        return Ok(text.to_owned());
    };
    let spelled = &text[start(&list)..end(&list)];
    let items: Vec<String> = list
        .descendants()
        .filter(|node| node.kind() == SyntaxKind::FLOW_SEQ_ENTRY)
        .map(|item| item.text().to_string())
        .collect();
    let commented = list.descendants_with_tokens().any(|element| element.kind() == SyntaxKind::COMMENT);
    if items.is_empty()
        || commented
        || items.iter().any(|item| item.contains('\n'))
        || !spelled.starts_with('[')
    {
        return Ok(text.to_owned());
    }
    // A plain scalar in brackets is one outside of them too.
    let lines: String = items.iter().map(|item| format!("\n  - {}", item.trim())).collect();
    let before = text[..start(&list)].trim_end();
    Ok(format!("{before}{lines}{}", &text[end(&list)..]))
}

/// Takes out examples that stand there twice, spelled the same, one to a line and without a comment.
fn without_repetitions(file: &Path, text: &str) -> Result<String, EditError> {
    let tree = tree(file, text)?;
    let Some(examples) = top_entries(&tree).into_iter().find(|entry| key_of(entry) == "examples") else {
        return Ok(text.to_owned());
    };
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    let mut cuts = Vec::new();
    for item in examples.descendants().filter(|node| node.kind() == SyntaxKind::BLOCK_SEQ_ENTRY) {
        let spelled = item.text().to_string();
        let line_end = text[end(&item)..].find('\n').map(|at| end(&item) + at + 1);
        let Some(line_end) = line_end.filter(|to| text[end(&item)..*to].trim().is_empty()) else { continue };
        let alone = !spelled.contains(['\n', '#'])
            && text[line_start(text, start(&item))..start(&item)].trim().is_empty();
        if alone && seen.insert(spelled, ()).is_some() {
            cuts.push(line_start(text, start(&item))..line_end);
        }
    }
    let mut shorter = text.to_owned();
    for cut in cuts.into_iter().rev() {
        shorter.replace_range(cut, "");
    }
    Ok(shorter)
}

/// The same without examples that repeat another.
fn unrepeated(mut meaning: Meaning) -> Meaning {
    if let Some(Meaning::List(items)) = meaning.entry("examples") {
        let mut kept: Vec<Meaning> = Vec::new();
        for item in items.drain(..) {
            if !kept.contains(&item) {
                kept.push(item);
            }
        }
        *items = kept;
    }
    meaning
}

/// The same with the entries of the top in the order of their names: their order means nothing.
fn sorted(meaning: Meaning) -> Meaning {
    match unrepeated(meaning) {
        Meaning::Map(mut entries) => {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Meaning::Map(entries)
        }
        other => other,
    }
}

/// All comments, in the order of their letters.
fn comments(tree: &SyntaxNode) -> Vec<String> {
    let tokens = tree.descendants_with_tokens().filter_map(|element| element.into_token());
    let mut comments: Vec<String> = tokens
        .filter(|token| token.kind() == SyntaxKind::COMMENT)
        .map(|token| token.text().trim().to_owned())
        .collect();
    comments.sort();
    comments
}

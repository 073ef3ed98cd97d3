//! Marks in example sentences: `got any [black](colour) [runners](category:Running shoes)?`

/// A marked part of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The words as a shopper types them.
    pub text: String,
    /// The name of the entity kind, unchecked.
    pub entity: String,
    /// The value that the words stand for, when the mark says it.
    pub value: Option<String>,
}

/// An example without its marks, and the marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// What a shopper would type.
    pub plain: String,
    /// In order.
    pub marks: Vec<Mark>,
}

/// Takes the marks out of an example. Never panics, whatever the text.
///
/// # Errors
/// What is wrong with the first broken mark, with its text.
pub fn marks(example: &str) -> Result<Marked, String> {
    let mut marked = Marked { plain: String::with_capacity(example.len()), marks: Vec::new() };
    let mut rest = example;
    while let Some(at) = rest.find(['[', ']']) {
        marked.plain.push_str(&rest[..at]);
        let (mark, after) = one_mark(&rest[at..])?;
        marked.plain.push_str(&mark.text);
        marked.marks.push(mark);
        rest = after;
    }
    marked.plain.push_str(rest);
    Ok(marked)
}

fn one_mark(from: &str) -> Result<(Mark, &str), String> {
    let shown: String = from.chars().take(24).collect();
    let broken = |why: &str| {
        format!("broken mark at `{shown}`: {why}; write [words](entity) or [words](entity:value)")
    };
    let inside = from.strip_prefix('[').ok_or_else(|| broken("a `]` without its `[`"))?;
    let (text, after) = inside.split_once(']').ok_or_else(|| broken("the `[` is not closed"))?;
    if text.contains('[') {
        return Err(broken("a `[` inside a mark"));
    }
    if text.trim().is_empty() {
        return Err(broken("no words inside the brackets"));
    }
    let after = after.strip_prefix('(').ok_or_else(|| broken("no `(entity)` follows the brackets"))?;
    let (entity, rest) = after.split_once(')').ok_or_else(|| broken("the `(` is not closed"))?;
    let (entity, value) = match entity.split_once(':') {
        Some((entity, value)) if !value.trim().is_empty() => (entity, Some(value.trim().to_owned())),
        Some(_) => return Err(broken("no value after the `:`")),
        None => (entity, None),
    };
    if entity.trim().is_empty() {
        return Err(broken("no entity in the parentheses"));
    }
    Ok((Mark { text: text.to_owned(), entity: entity.trim().to_owned(), value }, rest))
}

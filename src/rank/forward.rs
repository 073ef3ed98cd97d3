//! A product as scoring sees it: its id and its terms, in their order.

/// Where in a product a term stands. The order of the numbers is part of the index's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Part {
    /// In the title, up to the first comma or preposition: what the thing is.
    Main = 0,
    /// In the title behind a comma or dash.
    Aside = 1,
    /// In the title behind "with": what belongs to it.
    With = 2,
    /// In the title behind "for": what it serves.
    For = 3,
    /// In the title between brackets.
    Bracket = 4,
    /// Brand or category.
    Name = 5,
    /// Colour or another attribute.
    Trait = 6,
    /// Description; each term once.
    Prose = 7,
}

impl Part {
    /// How many there are.
    pub const COUNT: usize = 8;
    /// How many of them make up a title.
    pub const OF_TITLE: usize = 5;

    fn of(number: u8) -> Part {
        match number & 7 {
            0 => Part::Main,
            1 => Part::Aside,
            2 => Part::With,
            3 => Part::For,
            4 => Part::Bracket,
            5 => Part::Name,
            6 => Part::Trait,
            _ => Part::Prose,
        }
    }
}

/// One term of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// [`crate::hash`] of it.
    pub term: u32,
    /// Where it stands.
    pub part: Part,
    /// Whether it is the last word of the title's main part: "shoe" of "red running shoe for men".
    pub head: bool,
}

const HEAD: u8 = 8;
/// Bytes of a token: the term, then part and head.
const TOKEN: usize = 5;

/// Appends the record of a product.
pub fn write(id: &str, tokens: &[Token], out: &mut Vec<u8>) {
    let id = &id.as_bytes()[..id.len().min(usize::from(u8::MAX))];
    out.push(id.len() as u8);
    out.extend_from_slice(id);
    for token in tokens {
        out.extend_from_slice(&token.term.to_le_bytes());
        out.push(token.part as u8 | if token.head { HEAD } else { 0 });
    }
}

/// The record of a product, as [`write`] left it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    id: &'a [u8],
    tokens: &'a [u8],
}

impl<'a> Record<'a> {
    /// Of its bytes; what is cut off reads as a product with fewer terms.
    pub fn of(bytes: &'a [u8]) -> Self {
        let Some((length, rest)) = bytes.split_first() else { return Record { id: &[], tokens: &[] } };
        let (id, tokens) = rest.split_at(usize::from(*length).min(rest.len()));
        Record { id, tokens }
    }

    /// The product's id.
    pub fn id(&self) -> &'a str {
        std::str::from_utf8(self.id).unwrap_or_default()
    }

    /// How many terms it has.
    pub fn len(&self) -> usize {
        self.tokens.len() / TOKEN
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its terms.
    pub fn tokens(&self) -> impl Iterator<Item = Token> + 'a {
        self.tokens.chunks_exact(TOKEN).map(|bytes| Token {
            term: u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            part: Part::of(bytes[4]),
            head: bytes[4] & HEAD != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_what_was_written() {
        let tokens = [
            Token { term: crate::hash("shoe"), part: Part::Main, head: true },
            Token { term: crate::hash("men"), part: Part::For, head: false },
        ];
        let mut bytes = Vec::new();
        write("SH-1", &tokens, &mut bytes);
        let record = Record::of(&bytes);
        assert_eq!(record.id(), "SH-1");
        assert_eq!(record.tokens().collect::<Vec<_>>(), tokens);
        assert_eq!(Record::of(&bytes[..7]).tokens().count(), 0, "cut off inside the first term");
    }
}

//! The meaning of a text, small enough to be kept with it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// A vector of 8-bit integers, whose direction alone counts. As JSON it is a text: base64 of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Vector(Vec<i8>);

impl Vector {
    /// Of numbers of any size.
    pub fn of(numbers: &[f32]) -> Self {
        Vector(rank::vectors::quantised(numbers))
    }

    /// Its numbers.
    pub fn numbers(&self) -> &[i8] {
        &self.0
    }
}

impl From<&[i8]> for Vector {
    fn from(numbers: &[i8]) -> Self {
        Vector(numbers.to_vec())
    }
}

impl From<Vector> for String {
    fn from(vector: Vector) -> String {
        STANDARD.encode(vector.0.into_iter().map(i8::cast_unsigned).collect::<Vec<u8>>())
    }
}

impl TryFrom<String> for Vector {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Vector(STANDARD.decode(text)?.into_iter().map(u8::cast_signed).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_the_same_after_it_was_kept() {
        let vector = Vector::of(&[0.5, -0.25, 0.0, 0.125]);
        assert_eq!(vector.numbers(), [127, -64, 0, 32]);
        let json = serde_json::to_string(&vector).expect("JSON");
        assert_eq!(serde_json::from_str::<Vector>(&json).expect("a vector"), vector);
        assert!(serde_json::from_str::<Vector>("\"?\"").is_err());
    }
}

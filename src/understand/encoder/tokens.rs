//! Text to the numbers of the model's word pieces, by rust-bert's tokeniser.

use std::path::Path;

use rust_bert::Config;
use rust_bert::RustBertError;
use rust_bert::pipelines::common::{ModelType, TokenizerOption};
use rust_bert::pipelines::sentence_embeddings::{
    SentenceEmbeddingsSentenceBertConfig, SentenceEmbeddingsTokenizerConfig,
};

pub(super) struct Tokens {
    tokenizer: TokenizerOption,
    /// How many pieces a sentence may have, without the two around it.
    longest: usize,
    /// What stands before and after each sentence.
    around: (i64, i64),
    padding: Option<i64>,
}

impl Tokens {
    pub(super) fn load(dir: &Path) -> Result<Tokens, RustBertError> {
        let sentence = SentenceEmbeddingsSentenceBertConfig::from_file(dir.join("sentence_bert_config.json"));
        let config = SentenceEmbeddingsTokenizerConfig::from_file(dir.join("tokenizer_config.json"));
        let tokenizer = TokenizerOption::from_file(
            ModelType::Bert,
            &dir.join("vocab.txt").to_string_lossy(),
            None,
            config.do_lower_case.unwrap_or(sentence.do_lower_case),
            config.strip_accents,
            config.add_prefix_space,
        )?;
        let around = match *tokenizer.convert_tokens_to_ids(&["[CLS]", "[SEP]"]) {
            [first, last] => (first, last),
            _ => return Err(RustBertError::TokenizerError("no [CLS] and [SEP] in vocab.txt".to_owned())),
        };
        let padding = tokenizer.get_pad_id();
        Ok(Tokens { tokenizer, longest: sentence.max_seq_length.saturating_sub(2), around, padding })
    }

    /// The pieces of a text with their positions, cut to the model's length. A `[PAD]` that somebody types counts for
    /// nothing but its place, as in rust-bert.
    pub(super) fn read(&self, text: &str) -> (Vec<i64>, Vec<i64>) {
        let mut pieces = self.tokenizer.tokenize(text);
        pieces.truncate(self.longest);
        let inner = self.tokenizer.convert_tokens_to_ids(&pieces);
        let all = std::iter::once(self.around.0).chain(inner).chain(std::iter::once(self.around.1));
        all.zip(0..).filter(|(token, _)| Some(*token) != self.padding).unzip()
    }
}

//! A yardstick: what tantivy does as it comes, with titles only.

use std::path::Path;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::{DocAddress, Index, IndexWriter, ReloadPolicy, Searcher, SegmentReader, Term, doc};

use super::{Catalog, CatalogError};

/// Its tokenizer: split, lower case, English stems.
const STEMMED: &str = "en_stem";
/// Memory of its writer.
const WRITER_BYTES: usize = 192 << 20;

/// An index of the titles of a catalogue, searched for any of the words by tantivy's own BM25.
pub struct PlainIndex {
    searcher: Searcher,
    title: Field,
    /// Of each segment's titles; in memory, so that reading them is not what is timed.
    ids: Vec<Vec<String>>,
}

impl PlainIndex {
    /// Builds it in a folder.
    ///
    /// # Errors
    /// [`CatalogError::Write`], or [`CatalogError::Search`] when the catalogue cannot be read.
    pub fn build(catalog: &Catalog, folder: &Path) -> Result<Self, CatalogError> {
        let failed = |error: tantivy::TantivyError| CatalogError::write(folder, error);
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(STEMMED)
            .set_index_option(IndexRecordOption::WithFreqs);
        let title = schema.add_text_field("title", TextOptions::default().set_indexing_options(indexing));
        let id = schema.add_text_field("id", STRING | FAST);
        let index = Index::create_in_dir(folder, schema.build()).map_err(failed)?;
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES).map_err(failed)?;
        let mut refused = None;
        catalog.each(&mut |product| {
            let document = doc!(id => product.id.as_str(), title => product.title.as_str());
            refused = refused.take().or(writer.add_document(document).err());
        })?;
        refused.map_or(Ok(()), |error| Err(failed(error)))?;
        writer.commit().map_err(failed)?;
        let segments = index.searchable_segment_ids().map_err(failed)?;
        if segments.len() > 1 {
            writer.merge(&segments).wait().map_err(failed)?;
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
        let searcher = reader.searcher();
        let ids = searcher.segment_readers().iter().map(ids).collect::<tantivy::Result<_>>()?;
        Ok(PlainIndex { searcher, title, ids })
    }

    /// The ids of the first `limit` titles with any of the words, best first.
    ///
    /// # Errors
    /// [`CatalogError::Search`] when the index fails.
    pub fn search(&self, words: &str, limit: usize) -> Result<Vec<(String, f32)>, CatalogError> {
        let mut analyzer = self.searcher.index().tokenizer_for_field(self.title)?;
        let mut any: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        analyzer.token_stream(words).process(&mut |token| {
            let term = Term::from_field_text(self.title, &token.text);
            any.push((Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))));
        });
        let top = TopDocs::with_limit(limit.max(1)).order_by_score();
        let found = self.searcher.search(&BooleanQuery::new(any), &top)?;
        let id = |at: DocAddress| self.ids.get(at.segment_ord as usize)?.get(at.doc_id as usize).cloned();
        Ok(found.into_iter().filter_map(|(score, at)| Some((id(at)?, score))).collect())
    }
}

fn ids(segment: &SegmentReader) -> tantivy::Result<Vec<String>> {
    let column = segment.fast_fields().str("id")?;
    let mut ids = Vec::with_capacity(segment.max_doc() as usize);
    for doc in 0..segment.max_doc() {
        let mut id = String::new();
        if let Some(column) = &column
            && let Some(ordinal) = column.term_ords(doc).next()
        {
            column.ord_to_str(ordinal, &mut id)?;
        }
        ids.push(id);
    }
    Ok(ids)
}

//! An index of documents, in memory, of one segment.

use super::{Document, words};
use std::{collections::BTreeSet, fmt, sync::LazyLock};
use tantivy::{
    IndexBuilder, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term,
    collector::TopDocs,
    directory::RamDirectory,
    query::{Bm25StatisticsProvider, Query},
    schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
};

/// Bytes an index may hold while it is made before its tables grow: the largest client's knowledge takes a tenth.
const BUILD_BYTES: usize = 4 << 20;

/// Where words stand, in every index the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// Stems of the title.
    pub(super) title: Field,
    /// Stems of what else it is called.
    pub(super) names: Field,
    /// Stems of what it says.
    pub(super) body: Field,
    /// Words of title and names as they stand.
    pub(super) near: Field,
    /// Words of what it says as they stand.
    pub(super) far: Field,
    /// Each of its names as a whole.
    pub(super) whole: Field,
}

static SCHEMA: LazyLock<(Schema, Fields)> = LazyLock::new(|| {
    let mut schema = Schema::builder();
    let mut field = |name: &str, tokenizer: &str| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(IndexRecordOption::WithFreqs);
        schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    };
    let fields = Fields {
        title: field("title", words::STEMMED),
        names: field("names", words::STEMMED),
        body: field("body", words::STEMMED),
        near: field("near", words::PLAIN),
        far: field("far", words::PLAIN),
        whole: field("whole", words::WHOLE),
    };
    (schema.build(), fields)
});

/// The fields of every index.
pub(super) fn fields() -> Fields {
    SCHEMA.1
}

/// Documents that can be searched.
pub(super) struct Index {
    searcher: Searcher,
    /// In the order they were added, which is that of the index.
    documents: Vec<Document>,
    /// Every word that stands in them.
    vocabulary: BTreeSet<String>,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("documents", &self.documents.len()).finish_non_exhaustive()
    }
}

impl Index {
    pub(super) fn of(documents: Vec<Document>) -> Result<Self, TantivyError> {
        let (schema, fields) = &*SCHEMA;
        let builder = IndexBuilder::new().schema(schema.clone()).tokenizers(words::tokenizers());
        // Made at once and never written again: no thread is started, and a document's number is its place.
        let mut writer = builder.single_segment_index_writer(RamDirectory::create(), BUILD_BYTES)?;
        let mut vocabulary = BTreeSet::new();
        for of in &documents {
            let mut document = TantivyDocument::new();
            document.add_text(fields.title, &of.title);
            document.add_text(fields.body, &of.body);
            document.add_text(fields.far, &of.body);
            vocabulary.extend(words::words(&of.body).into_iter().map(|word| word.plain));
            for name in &of.names {
                document.add_text(fields.names, name);
            }
            for name in std::iter::once(&of.title).chain(&of.names) {
                let words = words::words(name);
                document.add_text(fields.near, name);
                document.add_text(fields.whole, words::joined(&words));
                vocabulary.extend(words.into_iter().map(|word| word.plain));
            }
            writer.add_document(document)?;
        }
        let reader = writer.finalize()?.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { searcher: reader.searcher(), documents, vocabulary })
    }

    pub(super) const fn vocabulary(&self) -> &BTreeSet<String> {
        &self.vocabulary
    }

    /// Whether a word stands in it.
    pub(super) fn has(&self, term: &Term) -> Result<bool, TantivyError> {
        Ok(self.searcher.doc_freq(term)? > 0)
    }

    /// What fits a query, scored by how rare its words are in all of `together`: scores of one answer can be compared whichever index they come from.
    pub(super) fn search(&self, query: &dyn Query, together: &[&Self]) -> Result<Vec<(f32, &Document)>, TantivyError> {
        let all = TopDocs::with_limit(self.documents.len().max(1)).order_by_score();
        let found = self.searcher.search_with_statistics_provider(query, &all, &Together(together))?;
        let document =
            |(score, at): (f32, tantivy::DocAddress)| Some((score, self.documents.get(usize::try_from(at.doc_id).ok()?)?));
        Ok(found.into_iter().filter_map(document).collect())
    }
}

/// How often words stand in several indexes.
struct Together<'a>(&'a [&'a Index]);

impl Together<'_> {
    fn sum(&self, of: impl Fn(&Searcher) -> Result<u64, TantivyError>) -> Result<u64, TantivyError> {
        self.0.iter().map(|index| of(&index.searcher)).sum()
    }
}

impl Bm25StatisticsProvider for Together<'_> {
    fn total_num_tokens(&self, field: Field) -> Result<u64, TantivyError> {
        self.sum(|searcher| searcher.total_num_tokens(field))
    }

    fn total_num_docs(&self) -> Result<u64, TantivyError> {
        self.sum(|searcher| searcher.total_num_docs())
    }

    fn doc_freq(&self, term: &Term) -> Result<u64, TantivyError> {
        self.sum(|searcher| searcher.doc_freq(term))
    }
}

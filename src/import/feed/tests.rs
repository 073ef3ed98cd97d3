//! Feeds in every form that shops have sent.

use std::io::Write;

use proptest::prelude::*;

use super::*;

type Cells = Vec<(String, String)>;

fn read(bytes: &[u8], name: &str) -> (Feed, Vec<Cells>, Vec<(Place, Flaw)>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let feed = Feed::open(&path).expect("a feed");
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    feed.each(&mut |item| {
        match item {
            Ok(record) => {
                let mut row = Vec::new();
                record.each_text(&mut |column, text| row.push((column.to_owned(), text.to_owned())));
                rows.push(row);
            }
            Err(flaw) => refused.push(flaw),
        }
        Ok(ControlFlow::Continue(()))
    })
    .expect("it is read to the end");
    (feed, rows, refused)
}

fn cell<'r>(row: &'r [(String, String)], column: &str) -> Option<&'r str> {
    row.iter().find(|(name, _)| name == column).map(|(_, text)| text.as_str())
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

#[test]
fn a_spreadsheet_saved_in_windows_with_semicolons_is_read_like_any_other() {
    let text = "id;title;price\r\n1;Caf\u{e9} cr\u{e8}me \u{2013} gro\u{df};12,50\r\n2;\"a; b\";3,00\r\n";
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!unmappable);
    let (feed, rows, refused) = read(&bytes, "feed.csv");
    assert_eq!((feed.format(), feed.encoding()), (Format::Table { delimiter: b';' }, "windows-1252"));
    assert!(refused.is_empty());
    assert_eq!(cell(&rows[0], "title"), Some("Caf\u{e9} cr\u{e8}me \u{2013} gro\u{df}"));
    assert_eq!(cell(&rows[1], "title"), Some("a; b"));
}

#[test]
fn byte_order_marks_utf16_tabs_and_packing_do_not_matter() {
    let text = "id\ttitle\n1\tn\u{f6}\n";
    let bom = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("a.tsv", bom.clone()),
        ("b.tsv", utf16.clone()),
        ("c.tsv.gz", gz(&bom)),
        ("d.tsv.gz", [gz(text.as_bytes()), gz(b"2\tzwei\n")].concat()),
    ] {
        let (_, rows, refused) = read(&bytes, name);
        assert_eq!(cell(&rows[0], "id"), Some("1"), "{name}");
        assert_eq!(cell(&rows[0], "title"), Some("n\u{f6}"), "{name}");
        assert!(refused.is_empty());
        assert_eq!(rows.len(), if name.starts_with('d') { 2 } else { 1 });
    }
}

#[test]
fn json_comes_as_lines_as_a_list_or_keyed_by_id() {
    let one = r#"{"id":"1","title":"Mug","colours":["red","blue"],"maker":{"name":"Ann"}}"#;
    let two = r#"{"id":"2","title":"Cup","price":4.5}"#;
    for (name, text, keyed) in [
        ("lines.jsonl", format!("{one}\n\n{two}\n"), false),
        ("list.json", format!("[{one},\n {two}]"), false),
        ("keyed.json", format!("{{\"k1\": {one}, \"k2\": {two}}}"), true),
        ("keyed-lines.json", format!("{{\n \"k1\": {one},\n \"k2\": {two}\n}}"), true),
        ("wrapped.json", format!("{{\"products\": [{one}, {two}]}}"), false),
        ("single.json", one.to_owned(), false),
    ] {
        let (_, rows, refused) = read(text.as_bytes(), name);
        assert!(refused.is_empty(), "{name}: {refused:?}");
        assert_eq!(cell(&rows[0], "colours"), Some("red|blue"), "{name}");
        assert_eq!(cell(&rows[0], "maker.name"), Some("Ann"), "{name}");
        assert!(rows.len() == 1 || cell(&rows[1], "price") == Some("4.5"), "{name} {keyed}");
        assert_eq!(rows.len(), if name.starts_with("single") { 1 } else { 2 }, "{name}");
    }
    let (_, rows, refused) = read(format!("{one}\nnonsense\n[1]\n{two}").as_bytes(), "x.jsonl");
    assert_eq!((rows.len(), refused.len()), (2, 2));
    assert_eq!(refused[0].0.to_string(), "row 2");
}

#[test]
fn a_row_with_too_many_cells_is_refused_by_its_number_and_line() {
    let text = "id,title\n1,\"two\nlines\"\n2,a,b\n\n3,c\n";
    let (_, rows, refused) = read(text.as_bytes(), "x.csv");
    assert_eq!(rows.len(), 2);
    assert_eq!(refused[0].0.to_string(), "row 3 (line 4)");
    assert!(refused[0].1.reason.contains("3 cells but the header has 2"));
}

#[test]
fn a_damaged_or_empty_file_is_a_clear_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let packed = gz(&b"id,title\n1,a\n".repeat(1000));
    let path = folder.path().join("cut.csv.gz");
    std::fs::write(&path, &packed[..packed.len() / 2]).expect("a file");
    let error = Feed::open(&path).expect_err("it is cut off").to_string();
    assert!(error.contains("cut.csv.gz") && error.contains("damaged"), "{error}");
    let path = folder.path().join("empty.csv");
    std::fs::write(&path, " \n").expect("a file");
    assert!(Feed::open(&path).expect_err("it is empty").to_string().contains("empty"));
    assert!(Feed::open(&folder.path().join("none.csv")).is_err());
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    // Cells as feeds have them: words, numbers, separators, quotes and line breaks; some accents that all encodings have.
    let cell = r#"[A-Za-z0-9,;|"'\n .éüß€-]{0,12}"#;
    (2..6_usize).prop_flat_map(move |columns| {
        proptest::collection::vec(proptest::collection::vec(cell, columns), 1..20)
    })
}

proptest! {
    #[test]
    fn well_formed_rows_survive_any_separator_and_encoding(
        rows in table(), delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t'), Just(b'|')], encoding in 0..4
    ) {
        let columns: Vec<String> = (0..rows[0].len()).map(|i| format!("field_{i}")).collect();
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(&columns).expect("written");
        for row in &rows {
            writer.write_record(row).expect("written");
        }
        let text = String::from_utf8(writer.into_inner().expect("written")).expect("UTF-8");
        let bytes = match encoding {
            0 => text.clone().into_bytes(),
            1 => [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(),
            2 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
            _ => [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        };
        // A text that could be either is UTF-8 (`ß€` is a digit of N'Ko there).
        prop_assume!(encoding != 2 || text.is_ascii() || std::str::from_utf8(&bytes).is_err());
        let (feed, read, refused) = read(&bytes, "feed.csv");
        prop_assert_eq!(feed.format(), Format::Table { delimiter });
        prop_assert!(refused.is_empty(), "{:?}", refused);
        let wanted: Vec<Vec<(String, String)>> = rows
            .iter()
            .map(|row| columns.iter().zip(row).map(|(c, t)| (c.clone(), t.trim().to_owned())))
            .map(|row| row.filter(|(_, text)| !text.is_empty()).collect::<Vec<_>>())
            .filter(|row: &Vec<_>| !row.is_empty())
            .collect();
        prop_assert_eq!(read, wanted);
    }

    #[test]
    fn no_bytes_whatsoever_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), gz in any::<bool>()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(if gz { "x.gz" } else { "x" });
        std::fs::write(&path, &bytes).expect("a file");
        if let Ok(feed) = Feed::open(&path) {
            let _ = feed.columns();
            let _ = feed.each(&mut |_| Ok(ControlFlow::Continue(())));
        }
    }

    #[test]
    fn no_text_that_looks_like_json_makes_it_panic(text in r#"[\[\]{}":,a1 \n]{0,60}"#) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.json");
        std::fs::write(&path, format!("{{{text}")).expect("a file");
        if let Ok(feed) = Feed::open(&path) {
            let _ = feed.each(&mut |_| Ok(ControlFlow::Continue(())));
        }
    }
}

//! No XML, or too much of it.

use super::*;

#[test]
fn not_xml() {
    check_unreadable(
        &simulate_text("node web1 is fine\n"),
        "<stdin>:1:1: text outside of the root element",
    );
    check_unreadable(
        &simulate_text("{\"cib\": {}}"),
        "<stdin>:1:1: text outside of the root element",
    );
    check_unreadable(&simulate_text(""), "<stdin>:1:1: document is empty");
    check_unreadable(
        &simulate_text(b"\x7fELF\x02\x01\x01\0\xff\xfe".to_vec()),
        "<stdin>:1:9: bytes are not valid in the encoding",
    );
    check_unreadable(
        &simulate_text("<cib>\0</cib>"),
        "<stdin>:1:6: character U+0000 is not allowed in XML",
    );
}

/// Without `-V` there is the documented line alone.
#[test]
fn unreadable_input_is_one_line() {
    let directory = scratch("bad-unreadable");
    let file = directory.join("cib.xml");
    std::fs::write(&file, "<cib").expect("scratch is writable");
    for path in [file, directory.join("missing.xml"), directory] {
        let ran = simulate([OsString::from("-R"), "-x".into(), path.into()]);
        assert_eq!(
            ran,
            Ran {
                status: 65,
                out: String::new(),
                err: UNREADABLE.to_owned()
            }
        );
    }
}

#[test]
fn truncated_xml() {
    let text = Cib::default().text();
    check_unreadable(
        &simulate_text("<cib"),
        "<stdin>:1:5: document ends unexpectedly inside a tag",
    );
    for at in (1..text.trim_end().len()).step_by(7) {
        let ran = simulate_text(&text[..at]);
        assert_eq!((ran.status, ran.out.as_str()), (65, ""), "cut at {at}");
        assert!(ran.err.ends_with(UNREADABLE), "cut at {at}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 2, "cut at {at}: {}", ran.err);
    }
}

#[test]
fn a_hundred_thousand_nested_elements() {
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    check_unreadable(
        &simulate_text(deep.clone()),
        "<stdin>:1:772: elements are nested deeper than 256 levels",
    );
    let ran = Cib {
        status: &deep,
        ..Cib::default()
    }
    .simulate();
    assert_eq!(ran.status, 65);
    assert!(
        ran.err
            .contains("elements are nested deeper than 256 levels\n"),
        "{}",
        ran.err
    );
}

#[test]
fn entity_bombs() {
    let mut bomb = String::from("<!DOCTYPE cib [<!ENTITY a0 \"aaaaaaaaaa\">\n");
    for level in 1..20 {
        let below = format!("&a{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY a{level} \"{below}\">\n"));
    }
    bomb.push_str("]>\n<cib>&a19;</cib>");
    check_unreadable(
        &simulate_text(bomb),
        "<stdin>:1:15: document type with internal declarations is not supported",
    );
    check_unreadable(
        &simulate_text("<cib>&lol;</cib>"),
        "<stdin>:1:6: entity 'lol' is not defined",
    );
    let outside =
        simulate_text("<!DOCTYPE cib [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><cib>&a;</cib>");
    check_unreadable(
        &outside,
        "<stdin>:1:15: document type with internal declarations is not supported",
    );
}

/// A file of at least this size, made of a beginning, a piece as often as it takes, and an end.
fn large_file(path: &Path, bytes: usize, begin: &str, piece: &str, end: &str) -> PathBuf {
    let mut file = BufWriter::new(File::create(path).expect("scratch is writable"));
    let block = piece.repeat(65_536_usize.div_ceil(piece.len()));
    let mut write = |text: &str| file.write_all(text.as_bytes()).expect("scratch has room");
    write(begin);
    for _ in 0..bytes.div_ceil(block.len()) {
        write(&block);
    }
    write(end);
    file.flush().expect("scratch has room");
    path.to_owned()
}

/// 200 MiB in the shape of a status section are read and used like any other; in shapes that no CIB has, they are
/// refused before they fill the memory.
#[test]
fn files_of_200_mib() {
    const SIZE: usize = 200 << 20;
    let directory = scratch("bad-large");
    let text = Cib::default().text();
    let (begin, end) = text.split_at(text.find("</status>").expect("there is a status section"));
    let simulate =
        |file: &Path| simulate([OsString::from("-R"), "-V".into(), "-x".into(), file.into()]);
    let file = directory.join("cib.xml");

    let entry = r#"<lrm_rsc_op id="a_last_0" operation_key="a_start_0" operation="start" call-id="1" rc-code="0"/>"#;
    let start = Instant::now();
    let ran = simulate(&large_file(&file, SIZE, begin, entry, end));
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("Start      a"), "{}", ran.out);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());

    let start = Instant::now();
    let ran = simulate(&large_file(&file, SIZE, begin, "<a/>", end));
    assert_eq!(ran.status, 65);
    assert!(
        ran.err
            .contains("document has more than 10000000 elements, comments and texts\n"),
        "{}",
        ran.err
    );
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());

    // A name for each attribute: 200 000 of them are enough.
    let names: String = (0..200_000)
        .map(|number| format!(" a{number}=\"\""))
        .collect();
    let ran = simulate(&large_file(
        &file,
        0,
        &format!("{begin}<a{names}/>"),
        " ",
        end,
    ));
    assert_eq!(ran.status, 65);
    assert!(
        ran.err
            .contains("document has more than 100000 different names\n"),
        "{}",
        ran.err
    );

    // A file without an end, as far as reading goes.
    let sparse = File::create(&file).and_then(|sparse| sparse.set_len(1 << 40));
    sparse.expect("scratch can hold a sparse file");
    let start = Instant::now();
    check_unreadable(
        &simulate(&file),
        &format!("{} holds more than 268435456 bytes", file.display()),
    );
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    std::fs::remove_dir_all(directory).expect("scratch can be removed");
}

#[test]
fn damaged_compression() {
    let file = scratch("bad-compression").join("cib.xml.bz2");
    std::fs::write(&file, Cib::default().text()).expect("scratch is writable");
    let ran = simulate([
        OsString::from("-R"),
        "-V".into(),
        "-x".into(),
        file.clone().into(),
    ]);
    assert_eq!(ran.status, 65);
    let begin = format!("(input) \terror: could not decompress {}: ", file.display());
    assert!(
        ran.err.starts_with(&begin) && ran.err.ends_with(UNREADABLE),
        "{}",
        ran.err
    );
}

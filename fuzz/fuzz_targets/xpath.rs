//! XPath expressions on a small CIB: no panic, bounded work, nodes in document order and each once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pcmk_cib::xml::Document;
use pcmk_cib::xpath::{Value, XPath};

const CIB: &[u8] = b"<cib a='1'><configuration><!--c--><resources><primitive id='a' type='x'/>\
    <group id='g'><primitive id='b'/></group></resources></configuration><status/></cib>";

fuzz_target!(|data: &str| {
    let Ok(doc) = Document::parse(CIB, "fuzz") else { return };
    let Ok(xpath) = XPath::parse(data) else { return };
    if let Ok(Value::Nodes(nodes)) = xpath.evaluate(&doc) {
        for (at, node) in nodes.iter().enumerate() {
            assert!(!nodes[at + 1..].contains(node), "{data}");
        }
    }
});

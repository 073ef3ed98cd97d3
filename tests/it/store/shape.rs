//! What was stored by an earlier version is still read.

use shophand::model::TurnRecord;

use super::samples::turn;

#[test]
fn a_turn_stored_before_messages_could_ask_for_several_things_is_still_read() {
    let record = turn("ann", 1, "red shoes").record;
    let old = serde_json::to_value(&record).unwrap();
    assert_eq!(old["understanding"]["text"], "red shoes", "the first request stands where it always stood");
    assert_eq!(old["action"], "help");
    assert!(old.get("further").is_none() && old.get("first").is_none());
    assert_eq!(serde_json::from_value::<TurnRecord>(old).unwrap(), record);
}

//! What every store promises, and that sled's keeps it.

mod contract;
mod crash;
mod model;
mod promises;
pub mod samples;
mod shape;

use shophand::store::{SledStore, Store};
use tempfile::TempDir;

/// A place whose store can be closed and opened again.
pub trait House {
    fn open(&self) -> Box<dyn Store>;
}

impl House for TempDir {
    fn open(&self) -> Box<dyn Store> {
        Box::new(SledStore::open(&self.path().join("store")).unwrap())
    }
}

macro_rules! keeps {
    ($room:ident: $($promise:ident)*) => {
        $(
            #[test]
            fn $promise() {
                $room::$promise(&TempDir::new().unwrap());
            }
        )*
    };
}

keeps! { contract:
    a_turn_is_there_with_all_that_it_wrote_after_reopening
    one_shopper_never_gets_another_ones_history_turns_or_dialogue
    history_joins_what_the_shopper_and_their_customer_did
    an_event_can_be_taken_out_of_the_history_by_its_shopper_only
    a_customer_gets_only_their_own_orders_newest_first
    an_order_follows_its_latest_import
    an_order_links_only_with_its_own_email
    failed_links_count_for_the_shopper_and_for_the_order
    a_link_token_works_once_even_for_two_at_the_same_time
    an_import_goes_on_where_it_was_broken_off
    an_update_is_handled_once
    a_burst_is_handled_as_one_and_attempts_are_counted_until_then
    a_reply_waits_until_it_is_delivered
    an_export_is_not_kept_once_it_was_delivered
    forget_leaves_nothing_of_the_shopper_and_everything_of_others
    the_receipt_of_forget_counts_what_was_there
    forgetting_does_not_lift_the_limit_on_failed_links
    staff_find_turns_by_what_they_look_for
    recommenders_learn_from_a_person_as_one
    a_backup_makes_an_equal_store
    turns_of_many_shoppers_at_once_are_all_kept
}

keeps! { promises:
    a_promised_price_is_there_after_reopening_for_its_shopper_alone
    what_a_customer_was_promised_holds_in_every_channel
    what_was_not_bought_goes_back_to_the_budget_and_what_was_does_not
    a_promise_that_is_no_reduction_any_more_stands_in_nobodys_way
    forget_erases_what_was_promised_and_budgets_go_on_counting_it
}

//! What an operator brings in, and what they are told.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::model::{Currency, CustomerId, EventKind, Money, OrderNumber, OrderStatus, Product, ShopperId};
use crate::store::{SledStore, Store};

struct Desk {
    folder: tempfile::TempDir,
    options: Options,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let state = folder.path().join(".shophand");
        fs::create_dir_all(&state).expect("a folder");
        let now = "2026-03-01T12:00:00Z".parse().expect("a time");
        let options = Options::new(&state, Currency::USD, now);
        Desk { folder, options }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    fn catalog(&self, text: &str) -> Result<Report, ImportError> {
        import_catalog(&self.file("feed.csv", text), &self.options, &mut |_| ())
    }

    fn products(&self) -> Vec<Product> {
        let text = fs::read_to_string(imported_products(&self.options.state_dir)).expect("products");
        text.lines().map(|line| serde_json::from_str(line).expect("a product")).collect()
    }

    fn store(&self) -> SledStore {
        SledStore::open(&self.folder.path().join("store")).expect("a store")
    }
}

fn minor(product: &Product) -> Option<i64> {
    product.price.map(|price| price.minor)
}

#[test]
fn another_systems_column_names_are_understood_and_the_rest_become_attributes() {
    let desk = Desk::new();
    let feed = "SKU;Product Name;Vendor;Unit Price;Color;Sizes;Qty Available;Fabric;Country\n\
                A1;Pullover;Norra;1.299,90;Grün|Blau;S|M;3;Wolle;NO\n\
                A2;Schal;Norra;auf Anfrage;Rot;;2;Wolle;NO\n\
                A3;Mütze;Norra;;Rot;;0;Wolle;NO\n";
    let report = desk.catalog(feed).expect("a feed");
    assert_eq!((report.rows, report.stored, report.refused), (3, 2, 1));
    let products = desk.products();
    assert_eq!(minor(&products[0]), Some(129_990));
    assert_eq!(products[0].brand, "Norra");
    assert_eq!(products[0].colours, ["Grün", "Blau"]);
    assert_eq!(products[0].attributes["material"], ["Wolle"]);
    assert_eq!((products[1].id.as_str(), minor(&products[1])), ("A3", None));
    assert!(!products[1].in_stock());
    let text = report.to_string();
    assert!(text.contains("separated by ;"), "{text}");
    assert!(text.contains("row 3: price \"auf Anfrage\""), "{text}");
    assert_eq!(report.reasons.keys().collect::<Vec<_>>(), ["price: is not an amount; write it like 1299.90"]);
    let listed = fs::read_to_string(report.refused_file.expect("a list")).expect("a file");
    assert!(listed.contains("auf Anfrage"));
}

#[test]
fn the_operator_can_say_which_column_is_which() {
    let mut desk = Desk::new();
    let feed = "nr,text one,text two,eur\n1,Red,Mug,4.50\n";
    assert!(matches!(desk.catalog(feed), Err(ImportError::NoColumn { field, .. }) if field == "id"));
    for argument in ["id=nr", "title=text one+text two", "price=eur"] {
        desk.options.mapping.add(argument).expect("a mapping");
    }
    desk.catalog(feed).expect("a feed");
    assert_eq!(desk.products()[0].title, "Red Mug");
    assert_eq!(minor(&desk.products()[0]), Some(450));
    desk.options.mapping.add("brand=text tow").expect("a mapping");
    let error = desk.catalog(feed).expect_err("no such column").to_string();
    assert!(error.contains("did you mean `text two`"), "{error}");
    assert!(Mapping::default().add("title").is_err());
}

#[test]
fn a_full_feed_delists_what_it_no_longer_holds_and_a_partial_one_does_not() {
    let mut desk = Desk::new();
    desk.catalog("id,title,price\n1,Mug,4\n2,Cup,5\n3,Jug,6\n").expect("a feed");
    let report = desk.catalog("id,title,price\n2,Cup,5.50\n4,Pot,9\n").expect("a feed");
    assert!(report.to_string().contains("1 new, 1 updated, 0 kept as they were, 2 delisted"), "{report}");
    let ids: Vec<String> = desk.products().iter().map(|p| p.id.to_string()).collect();
    assert_eq!(ids, ["2", "4"]);
    desk.options.partial = true;
    desk.catalog("id,title,price\n5,Pan,20\n").expect("a feed");
    assert_eq!(desk.products().len(), 3);
    desk.options.partial = false;
    let error = desk.catalog("id,title,price\n1,Mug,x\n2,Cup,y\n").expect_err("nothing usable").to_string();
    assert!(error.contains("none of 2 rows could be used") && error.contains("price \"x\""), "{error}");
    assert_eq!(desk.products().len(), 3, "a feed that is read wrongly delists nothing");
}

#[test]
fn of_a_repeated_id_the_last_row_counts_but_invoices_are_distilled() {
    let desk = Desk::new();
    let report = desk.catalog("id,title,price\n1,Mug,4\n1,Big mug,5\n").expect("a feed");
    assert_eq!((report.stored, desk.products()[0].title.as_str()), (1, "Big mug"));
    assert!(report.to_string().contains("1 ids occur more than once; the last row"), "{report}");
    let invoices = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
                    1,85123A,WHITE HEART,6,12/1/2010 8:26,2.55,17850,UK\n\
                    2,85123A,WHITE HEART,6,12/2/2010 8:26,2.95,17850,UK\n\
                    3,85123A,?,1,12/3/2010 8:26,0.0,,UK\n\
                    4,85123A,WHITE HEART,6,12/4/2010 8:26,2.55,,UK\n\
                    5,22423,,6,12/4/2010 8:26,0.0,,UK\n";
    let report = desk.catalog(invoices).expect("a feed");
    let products = desk.products();
    assert_eq!((products.len(), report.refused), (1, 1));
    assert_eq!((products[0].title.as_str(), minor(&products[0])), ("WHITE HEART", Some(255)));
    assert!(products[0].attributes.is_empty(), "{:?}", products[0].attributes);
}

#[test]
fn json_products_with_variants_become_one_product_with_all_colours_and_sizes() {
    let desk = Desk::new();
    let json = r#"{"9": {"name": "T-Shirt", "product_id": "9", "variants": {
        "a": {"item_id": "a", "options": {"color": "blue", "size": "M", "style": "crew neck"}, "available": true, "price": 50.88},
        "b": {"item_id": "b", "options": {"color": "red", "size": "L", "style": "v-neck"}, "available": true, "price": 46.85},
        "c": {"item_id": "c", "options": {"color": "grey", "size": "S", "style": "v-neck"}, "available": false, "price": 12.00}}}}"#;
    import_catalog(&desk.file("feed.json", json), &desk.options, &mut |_| ()).expect("a feed");
    let product = &desk.products()[0];
    assert_eq!((product.colours.join(" "), product.sizes.join(" ")), ("blue red".into(), "M L".into()));
    assert_eq!((minor(product), product.stock), (Some(4685), Some(2)));
    assert_eq!(product.attributes["style"], ["crew neck", "v-neck"]);
}

const INVOICES: &str = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
    536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850,UK\n\
    536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,UK\n\
    C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527,UK\n\
    536414,22139,,56,2010-12-01 11:52:00,0.0,,UK\n\
    536400,22139,RETROSPOT,-2,2010-12-01 11:52:00,1.0,13047,UK\n";

#[test]
fn invoices_become_purchases_of_their_customers_and_bringing_them_in_twice_changes_nothing() {
    let desk = Desk::new();
    let store = desk.store();
    let file = desk.file("invoices.csv", INVOICES);
    let mut told = Progress::default();
    let report = import_events(&file, &store, &desk.options, &mut |p| told = p).expect("a feed");
    assert_eq!((report.rows, report.stored, report.refused), (5, 2, 3));
    assert_eq!((told.rows, told.bytes), (5, told.bytes_total));
    let text = report.to_string();
    for reason in ["the invoice was cancelled", "names no customer", "quantity is not positive"] {
        assert!(text.contains(reason), "{reason} in {text}");
    }
    import_events(&file, &store, &desk.options, &mut |_| ()).expect("a feed");
    let mut events = Vec::new();
    store.each_event(&mut |who, event| events.push((who.to_owned(), event.clone()))).expect("a store");
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|(who, event)| who.contains("17850") && event.kind == EventKind::Purchased));
    let first = events.iter().find(|(_, e)| e.product.as_ref().is_some_and(|p| p.as_str() == "85123A"));
    let (_, event) = first.expect("the first");
    assert_eq!(event.at, "2010-12-01T08:26:00Z".parse::<Timestamp>().expect("a time"));
    assert_eq!((event.quantity, event.price), (Some(6), Some(Money::from_minor(255, Currency::USD))));
    assert_eq!(event.session.as_deref(), Some("536365"));
}

#[test]
fn an_interrupted_import_goes_on_where_it_stopped_and_another_file_starts_anew() {
    let desk = Desk::new();
    let store = desk.store();
    let rows: String = (0..6000).map(|i| format!("c{},P-{i},1396437{:03}\n", i % 50, i % 1000)).collect();
    let file = desk.file("clicks.csv", &format!("user,item,time\n{rows}"));
    let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        import_events(&file, &store, &desk.options, &mut |p| assert!(p.rows < 3000, "power failed"))
    }));
    assert!(stopped.is_err());
    let report = import_events(&file, &store, &desk.options, &mut |_| ()).expect("a feed");
    assert_eq!((report.resumed_at, report.rows, report.stored), (Some(2000), 6000, 6000));
    let mut events = 0;
    store.each_event(&mut |_, _| events += 1).expect("a store");
    assert_eq!(events, 6000);
    let file = desk.file("clicks.csv", &format!("user,item,time\n{rows}new,P-1,1396437000\n"));
    let report = import_events(&file, &store, &desk.options, &mut |_| ()).expect("a feed");
    assert_eq!((report.resumed_at, report.rows), (None, 6001));
}

#[test]
fn an_interrupted_catalogue_goes_on_too_and_shows_nothing_half_done() {
    let desk = Desk::new();
    desk.catalog("id,title\nold,Old\n").expect("a feed");
    let rows: String =
        (0..12_000).map(|i| format!("{i},Thing {i},{}\n", if i == 7 { "x" } else { "1" })).collect();
    let file = desk.file("big.csv", &format!("id,title,price\n{rows}"));
    let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        import_catalog(&file, &desk.options, &mut |p| assert!(p.rows < 7000, "power failed"))
    }));
    assert!(stopped.is_err());
    assert_eq!(desk.products().len(), 1, "the shop still shows what it had");
    let report = import_catalog(&file, &desk.options, &mut |_| ()).expect("a feed");
    assert_eq!(
        (report.resumed_at, report.rows, report.stored, report.refused),
        (Some(5000), 12_000, 11_999, 1)
    );
    assert_eq!(desk.products().len(), 11_999);
    assert_eq!(desk.products()[11_998].title, "Thing 11999");
}

#[test]
fn orders_come_as_nested_json_with_their_customers_addresses_from_a_second_file() {
    let mut desk = Desk::new();
    let store = desk.store();
    let orders = r##"{"#W1": {"order_id": "#W1", "user_id": "ann_1",
        "address": {"address1": "593 Cedar Avenue", "city": "Chicago", "country": "USA", "state": "IL", "zip": "60625"},
        "items": [{"name": "Camera", "product_id": "33", "item_id": "59", "price": 503.51, "options": {"resolution": "1080p", "color": "black"}}],
        "fulfillments": [{"tracking_id": ["974703204371"], "item_ids": ["59"]}], "status": "delivered",
        "payment_history": [{"transaction_type": "payment", "amount": 503.51, "payment_method_id": "credit_card_4998749"}]},
        "#W2": {"order_id": "#W2", "user_id": "bob_2", "items": [{"price": 3}], "status": "pending"}}"##;
    let users =
        r#"{"ann_1": {"name": {"first_name": "Ann", "last_name": "Lee"}, "email": "Ann@Example.com"}}"#;
    desk.options.users = Some(desk.file("users.json", users));
    let file = desk.file("orders.json", orders);
    let report = import_orders(&file, &store, &desk.options, &mut |_| ()).expect("a feed");
    assert_eq!((report.rows, report.stored, report.refused), (2, 1, 1));
    let ann = CustomerId::parse("ann_1").expect("an id");
    let number = OrderNumber::parse("w1").expect("a number");
    let order = store.order_of(&ann, &number).expect("a store").expect("the order");
    assert_eq!(order.status, OrderStatus::Delivered);
    assert_eq!(order.lines[0].options, "black, resolution: 1080p");
    assert_eq!(order.total.map(|m| m.minor), Some(50_351));
    assert_eq!(order.payment, "credit card");
    assert_eq!(order.address, "593 Cedar Avenue, Chicago, IL, 60625, USA");
    assert_eq!(order.tracking.expect("a parcel").number, "974703204371");
    assert_eq!(store.customer_by_order(&number, "ann@example.com").expect("a store"), Some(ann));
}

#[test]
fn orders_come_as_tables_with_a_row_for_each_line() {
    let desk = Desk::new();
    let store = desk.store();
    let table = "Order Number,Customer,Email,Status,Created At,SKU,Product Name,Qty,Unit Price,Total\n\
                 1001,ann,a@b.c,in transit,2026-02-27,A1,Mug,2,4.50,14.00\n\
                 1001,ann,a@b.c,in transit,2026-02-27,A2,Cup,1,5.00,14.00\n\
                 1002,bob,b@b.c,Delivered,3 days ago,A1,Mug,1,4.50,4.50\n\
                 1003,bob,b@b.c,Delivered,someday,A1,Mug,1,4.50,4.50\n";
    let report =
        import_orders(&desk.file("o.csv", table), &store, &desk.options, &mut |_| ()).expect("a feed");
    assert_eq!((report.stored, report.refused), (2, 1));
    assert!(report.to_string().contains("row 5: placed_at \"someday\""), "{report}");
    let orders = store.orders_of(&CustomerId::parse("ann").expect("an id")).expect("a store");
    assert_eq!((orders.len(), orders[0].lines.len()), (1, 2));
    assert_eq!(orders[0].status, OrderStatus::Shipped);
}

#[test]
fn the_demo_shops_people_have_their_past_and_their_orders() {
    let desk = Desk::new();
    let store = desk.store();
    let shop = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reports = import_demo(shop, &store, &desk.options).expect("the demo");
    for report in &reports {
        assert_eq!(report.refused, 0, "{report}");
        assert!(report.stored > 10, "{report}");
    }
    assert_eq!(reports.len(), 2);
    let mara = ShopperId::parse("mara").expect("an id");
    let record = store.shopper(&mara).expect("a store").expect("she is there");
    assert_eq!(record.name.as_deref(), Some("Mara Lindqvist"));
    let history = store.history(&mara, 1000).expect("a store");
    assert!(history.iter().any(|event| event.kind == EventKind::Purchased));
    assert!(history.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(!store.orders_of(&CustomerId::parse("mara").expect("an id")).expect("a store").is_empty());
}

#[test]
fn times_are_read_as_feeds_write_them() {
    let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("a time");
    for (text, iso) in [
        ("2010-12-01 08:26:00", "2010-12-01T08:26:00Z"),
        ("2010-12-01T08:26:00+02:00", "2010-12-01T06:26:00Z"),
        ("2010-12-01", "2010-12-01T00:00:00Z"),
        ("12/1/2010 8:26", "2010-12-01T08:26:00Z"),
        ("12/1/2010 8:26 PM", "2010-12-01T20:26:00Z"),
        ("31/12/2010 8:26", "2010-12-31T08:26:00Z"),
        ("1.12.2010 08:26:30", "2010-12-01T08:26:30Z"),
        ("1396437466.94", "2014-04-02T11:17:46.94Z"),
        ("1396437466940", "2014-04-02T11:17:46.94Z"),
        ("12 days ago", "2026-02-17T12:00:00Z"),
        ("in 2 days", "2026-03-03T12:00:00Z"),
        ("an hour ago", "2026-03-01T11:00:00Z"),
        ("yesterday", "2026-02-28T12:00:00Z"),
    ] {
        assert_eq!(when(text, now).map(|w| w.at), Ok(iso.parse().expect("a time")), "{text}");
    }
    for text in ["", "soon", "13/13/2010", "9999999 years ago", "in -", "2010-02-30"] {
        assert!(when(text, now).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_of_times_panic(text in "\\PC{0,30}", number in "[0-9]{1,20} (day|year|month)s? ago") {
        let now = Timestamp::UNIX_EPOCH;
        let _ = when(&text, now);
        let _ = when(&number, now);
    }

    #[test]
    fn prices_survive_every_way_of_writing_them(minor in 0..10_000_000_i64, comma in any::<bool>(), sign in any::<bool>()) {
        let (whole, cents) = (minor / 100, minor % 100);
        let (mark, thousands) = if comma { (',', '.') } else { ('.', ',') };
        let digits = whole.to_string();
        let grouped: String = digits.chars().enumerate().flat_map(|(i, c)| {
            let group = i > 0 && (digits.len() - i) % 3 == 0;
            group.then_some(thousands).into_iter().chain([c])
        }).collect();
        let text = format!("{}{grouped}{mark}{cents:02}", if sign { "€" } else { "" });
        prop_assert_eq!(Money::parse(&text, "EUR".parse().expect("a currency"), comma).map(|m| m.minor), Ok(minor), "{}", text);
    }
}

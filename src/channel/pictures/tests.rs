use std::collections::HashMap;

use super::*;

const TEMPLATE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
<rect width="512" height="512" fill="{{colour}}"/><rect width="256" height="512" fill="{{accent}}"/></svg>"##;

fn shop(files: &[(&str, &str)]) -> (tempfile::TempDir, Pictures) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("index");
    std::fs::create_dir_all(root.join("pictures")).unwrap();
    for (name, content) in files {
        std::fs::write(root.join(name), content).unwrap();
    }
    let hexes = [("red", "#ff0000"), ("blue", "#0000ff"), ("odd", "\"/><script>")];
    let hexes = hexes.map(|(word, hex)| (word.to_owned(), hex.to_owned())).into();
    let hexes: HashMap<String, String> = hexes;
    (folder, Pictures::new(root, move |word| hexes.get(word).cloned()))
}

fn pixels(picture: &Picture) -> (Pixmap, String) {
    match picture {
        Picture::Bytes { key, bytes, .. } => (Pixmap::decode_png(bytes).unwrap(), key.clone()),
        Picture::Url(url) => panic!("{url} is not drawn"),
    }
}

fn colour_at(map: &Pixmap, x: u32, y: u32) -> (u8, u8, u8) {
    let pixel = map.pixel(x, y).unwrap();
    (pixel.red(), pixel.green(), pixel.blue())
}

#[test]
fn a_product_is_drawn_in_its_own_two_colours() {
    let (_folder, pictures) = shop(&[("pictures/box.svg", TEMPLATE)]);
    let (map, key) =
        pixels(&pictures.of("pictures/box.svg", &["Red".to_owned(), "blue".to_owned()]).unwrap());
    assert_eq!((map.width(), map.height()), (SIDE, SIDE));
    assert_eq!(colour_at(&map, 600, 320), (255, 0, 0));
    assert_eq!(colour_at(&map, 40, 320), (0, 0, 255));
    let (_, other) = pixels(&pictures.of("pictures/box.svg", &["blue".to_owned()]).unwrap());
    assert_ne!(key, other, "other colours are another picture");
}

#[test]
fn a_picture_that_is_saved_anew_is_shown_at_once_and_a_broken_one_is_not() {
    let (folder, pictures) = shop(&[("pictures/box.svg", TEMPLATE)]);
    let file = folder.path().join("index/pictures/box.svg");
    let shown = || pixels(&pictures.of("pictures/box.svg", &["red".to_owned()]).unwrap());
    let (_, before) = shown();
    std::fs::write(&file, TEMPLATE.replace("fill=\"{{colour}}\"", "fill=\"#00ff00\"")).unwrap();
    let (map, after) = shown();
    assert_eq!(colour_at(&map, 600, 320), (0, 255, 0));
    assert_ne!(before, after, "whoever has uploaded the old one uploads the new one");
    std::fs::write(&file, "<svg").unwrap();
    assert_eq!(shown().1, after, "the last good one stays");
}

#[test]
fn a_colour_that_is_no_hex_never_gets_into_the_template() {
    let (_folder, pictures) = shop(&[("pictures/box.svg", TEMPLATE)]);
    let (map, _) = pixels(&pictures.of("pictures/box.svg", &["odd".to_owned()]).unwrap());
    assert_eq!(colour_at(&map, 600, 320), (0x8d, 0x99, 0xa6));
}

#[test]
fn a_picture_outside_the_shops_folder_is_refused() {
    let (folder, pictures) = shop(&[]);
    std::fs::write(folder.path().join("secret.png"), "x").unwrap();
    let absolute = folder.path().join("secret.png").display().to_string();
    for image in ["../secret.png", "pictures/../../secret.png", &absolute, "./../secret.png"] {
        assert!(matches!(pictures.of(image, &[]), Err(NoPicture::Outside { .. })), "{image}");
    }
    #[cfg(unix)]
    {
        let link = folder.path().join("index/pictures/link.png");
        std::os::unix::fs::symlink(folder.path().join("secret.png"), link).unwrap();
        assert!(matches!(pictures.of("pictures/link.png", &[]), Err(NoPicture::Outside { .. })));
    }
}

#[test]
fn a_template_cannot_pull_in_other_files() {
    let spy = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
        <image href="../red.svg" width="512" height="512"/></svg>"#;
    let red = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#f00"/></svg>"##;
    let (_folder, pictures) = shop(&[("pictures/spy.svg", spy), ("red.svg", red)]);
    let (map, _) = pixels(&pictures.of("pictures/spy.svg", &[]).unwrap());
    assert_eq!(colour_at(&map, 320, 320), (255, 255, 255));
}

#[test]
fn what_is_missing_broken_or_of_another_kind_is_told_apart() {
    let (_folder, pictures) = shop(&[("pictures/bad.svg", "<svg"), ("pictures/a.gif", "GIF89a")]);
    assert!(matches!(pictures.of("pictures/none.svg", &[]), Err(NoPicture::Unreadable { .. })));
    assert!(matches!(pictures.of("pictures/bad.svg", &[]), Err(NoPicture::Drawing { .. })));
    assert!(matches!(pictures.of("pictures/a.gif", &[]), Err(NoPicture::Kind { .. })));
    let web = pictures.of("https://example.com/a.jpg", &[]).unwrap();
    assert_eq!(web, Picture::Url("https://example.com/a.jpg".to_owned()));
}

//! Pages that are drawn at the same time keep their heads apart.

use futures::future::join_all;
use http::StatusCode;

use super::{NINE, PRACTITIONER, TestSite, form_of};

#[tokio::test]
async fn no_page_writes_into_the_head_of_another() {
    const EACH: usize = 12;
    let (_, site) = TestSite::with_practice().await;
    // One in two wants not to be found by search engines, the other does not care.
    let paths = [form_of(NINE), PRACTITIONER.to_owned()];
    let asked = paths
        .iter()
        .cycle()
        .take(EACH * paths.len())
        .map(|path| site.get(path));
    for (answer, path) in join_all(asked).await.iter().zip(paths.iter().cycle()) {
        assert_eq!(answer.status, StatusCode::OK);
        let page = answer.text();
        let tags = page.matches("name=\"robots\"").count();
        assert_eq!(tags, usize::from(*path == paths[0]), "{path}");
        assert_eq!(page.matches("<title>").count(), 1, "{path}");
    }
}

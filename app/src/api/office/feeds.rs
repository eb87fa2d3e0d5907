//! Calendar feeds: made, renewed, revoked, and how much they show.
//! A new feed's address is shown once, by the next page.

use leptos::{prelude::*, server_fn::codec::PostUrl};

use crate::fault::Fault;

/// Makes a feed of an agenda, unless it has as many as there can be.
///
/// # Errors
/// [`Fault::NotFound`] when the agenda is not the actor's.
#[server(prefix = "/api", endpoint = "create_feed", input = PostUrl)]
pub async fn create_feed(practitioner: String, detail: String) -> Result<(), Fault> {
    use backend::calendar_feed::FeedRefusal;
    use domain::{feed::Detail, links};

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms::{self, FormErrors},
    };

    let (backend, actor, id) = agenda_of_form(&practitioner).await?;
    let detail = Detail::from_code(&detail).ok_or(Fault::BadRequest)?;
    let page = links::office_feeds(&practitioner.parse().map_err(|_| Fault::NotFound)?);
    match forms::decided(backend.create_feed(&actor, id, detail).await)? {
        Ok(feed) => {
            flash::leave_about(Flash::Feed, &practitioner, &feed.token);
            forms::see_other(&page)
        }
        Err(FeedRefusal::TooMany { .. }) => {
            let full = FormErrors::message("feed-too-many");
            forms::refuse(&page, full.of_another_form())
        }
    }
}

/// Gives a feed another address; the old one goes empty. Where the feed is not there (revoked
/// meanwhile, or another's), the page says so (404).
///
/// # Errors
/// [`Fault::NotFound`] when the agenda is not the actor's, and for what is no id.
#[server(prefix = "/api", endpoint = "renew_feed", input = PostUrl)]
pub async fn renew_feed(practitioner: String, feed: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms,
    };

    let (backend, actor, whose) = agenda_of_form(&practitioner).await?;
    let feed = feed.parse().map_err(|_| Fault::NotFound)?;
    let page = links::office_feeds(&practitioner.parse().map_err(|_| Fault::NotFound)?);
    if !backend.is_feed_of(&actor, whose, feed).await? {
        return forms::gone_or_broken(&page, backend::Error::NotFound);
    }
    let renewed = match backend.renew_feed(&actor, feed).await {
        Ok(renewed) => renewed,
        Err(error) => return forms::gone_or_broken(&page, error),
    };
    flash::leave_about(Flash::Feed, &practitioner, &renewed.token);
    forms::see_other(&page)
}

/// Revokes a feed: calendars that read it are emptied. Where it is not there, as [`renew_feed`].
///
/// # Errors
/// As [`renew_feed`].
#[server(prefix = "/api", endpoint = "revoke_feed", input = PostUrl)]
pub async fn revoke_feed(practitioner: String, feed: String) -> Result<(), Fault> {
    use domain::links;

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms,
    };

    let (backend, actor, whose) = agenda_of_form(&practitioner).await?;
    let feed = feed.parse().map_err(|_| Fault::NotFound)?;
    let page = links::office_feeds(&practitioner.parse().map_err(|_| Fault::NotFound)?);
    if !backend.is_feed_of(&actor, whose, feed).await? {
        return forms::gone_or_broken(&page, backend::Error::NotFound);
    }
    if let Err(error) = backend.revoke_feed(&actor, feed).await {
        return forms::gone_or_broken(&page, error);
    }
    flash::leave(Flash::Done, "feed-revoked");
    forms::see_other(&page)
}

/// Changes how much of a visit a feed shows. `seen` is the mark of what the form showed: where somebody else
/// changed it meanwhile, the page says so. Where the feed is not there, as [`renew_feed`].
///
/// # Errors
/// As [`renew_feed`]; [`Fault::BadRequest`] for what is no detail.
#[server(prefix = "/api", endpoint = "set_feed_detail", input = PostUrl)]
pub async fn set_feed_detail(
    practitioner: String,
    feed: String,
    detail: String,
    #[server(default)] seen: String,
) -> Result<(), Fault> {
    use backend::{
        Failure,
        office::seen::{ChangedMeanwhile, Seen},
    };
    use domain::{feed::Detail, links};

    use crate::{
        components::office_frame::agenda_of_form,
        flash::{self, Flash},
        forms::{self, FormErrors},
    };

    let (backend, actor, whose) = agenda_of_form(&practitioner).await?;
    let feed = feed.parse().map_err(|_| Fault::NotFound)?;
    let detail = Detail::from_code(&detail).ok_or(Fault::BadRequest)?;
    let page = links::office_feeds(&practitioner.parse().map_err(|_| Fault::NotFound)?);
    if !backend.is_feed_of(&actor, whose, feed).await? {
        return forms::gone_or_broken(&page, backend::Error::NotFound);
    }
    let seen = Some(Seen::from_form(&seen));
    match backend.set_feed_detail(&actor, feed, seen, detail).await {
        Ok(()) => {
            flash::leave(Flash::Done, "feed-detail-changed");
            forms::see_other(&page)
        }
        Err(Failure::Refused(ChangedMeanwhile)) => {
            let changed = FormErrors::message("feed-changed-meanwhile");
            forms::refuse(&page, changed.of_another_form())
        }
        Err(Failure::Broken(error)) => forms::gone_or_broken(&page, error),
    }
}

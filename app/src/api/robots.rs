//! What a booking form from the public site must show before a slot is held: that a person had
//! the time to fill it in, and work done by the browser, or else it is let in less often.
//! How much may be held is `domain::holding`'s, how often from one network `server::limits`'.

use backend::{Backend, booking::HoldLimits};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    people::{EmailAddress, PhoneNumber},
    practice::Slug,
};

use crate::{fault::Fault, forms::FormErrors, limits::Share, request};

/// A form that comes back sooner was not filled in by a person: a browser that knows every
/// answer, and a practised hand on its button, take longer. Clocks are read to the whole second,
/// so what took two seconds always passes, and what took less than one never.
const LEAST_TIME: TimeDelta = TimeDelta::seconds(2);

/// Why a form goes no further.
pub(super) enum Stopped {
    /// It is shown again; sending it once more may do.
    Form(FormErrors),
    /// Too many from this network: worth another try after so many minutes.
    Later {
        /// Rounded up, at least one.
        wait: u32,
    },
}

/// A form that goes on.
pub(super) struct Let {
    /// What the limits of holds make of it.
    pub(super) limits: HoldLimits,
    /// What it takes of the shares of its network: to be given back when nothing is held.
    pub(super) share: Share,
}

/// How tightly the hold that a form asks for is limited. What was used up is the proof's; the
/// form is counted against its network here, with the address and the telephone that it brings.
pub(super) async fn limits(
    backend: &Backend,
    (challenge, proof): (&str, &str),
    (email, phone): (&EmailAddress, &PhoneNumber),
    (practitioner, start): (&Slug, DateTime<Utc>),
) -> Result<Result<Let, Stopped>, Fault> {
    let gate = request::limits()?;
    if !gate.is_on() {
        return Ok(Ok(Let {
            limits: HoldLimits::Off,
            share: Share::none(),
        }));
    }
    let Some(challenge) = backend.read_challenge(challenge) else {
        return Ok(Err(Stopped::Form(FormErrors::message("form-too-old"))));
    };
    let filled_in = backend.now() - challenge.shown_at;
    // Less than none: the clock was set back since. Nobody can make up a challenge from tomorrow.
    if TimeDelta::zero() <= filled_in && filled_in < LEAST_TIME {
        let again = u32::try_from(LEAST_TIME.num_seconds()).unwrap_or(1);
        let errors = FormErrors::message("form-too-fast").again_in(again);
        return Ok(Err(Stopped::Form(errors)));
    }
    let proof = backend.proof(&challenge, proof).await?;
    match gate.hold(proof.is_some(), practitioner) {
        Ok(()) => Ok(Ok(Let {
            limits: proof.map_or(HoldLimits::WithoutProof, HoldLimits::WithProof),
            share: gate.take_share(email, phone, practitioner, start),
        })),
        Err(Fault::TooMany { retry_after }) => {
            let wait = u32::try_from(retry_after.div_ceil(60).max(1)).unwrap_or(u32::MAX);
            Ok(Err(Stopped::Later { wait }))
        }
        Err(fault) => Err(fault),
    }
}

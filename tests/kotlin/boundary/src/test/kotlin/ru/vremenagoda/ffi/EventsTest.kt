package ru.vremenagoda.ffi

import java.time.Duration
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.put
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertInstanceOf
import ru.vremenagoda.ffi.support.Phone
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.START
import ru.vremenagoda.testing.event
import ru.vremenagoda.testing.text
import ru.vremenagoda.testing.until

class EventsTest {
    @Test
    fun `registering and cancelling offline happen in their order`() = inGallery {
        val evening = admin.announce(event("An evening"))
        val phone = signedIn()
        admin.network(false)
        val wish = assertInstanceOf<RegistrationChange.Queued>(phone.events.register(evening)).registration
        assertEquals(RegistrationState.REGISTERING, wish.state)
        val again = assertInstanceOf<RegistrationChange.Unchanged>(phone.events.register(evening)).registration
        assertEquals(wish, again)
        val cancelled = assertInstanceOf<RegistrationChange.Queued>(phone.events.cancel(evening)).registration
        assertEquals(RegistrationState.CANCELLING, cancelled.state)
        assertEquals(Stop.UNREACHABLE, phone.outbox.drain(DrainBudget()).stopped)
        admin.network(true)
        phone.drained()
        val snapshot = phone.events.snapshots().until("the answers") { snapshot ->
            snapshot.of(evening).registration?.state == RegistrationState.CANCELLED
        }
        assertNull(snapshot.of(evening).registration?.ticketCode)
        val atTheGallery = admin.call("GET", "events/$evening/registrations").jsonArray
        assertEquals(listOf("cancelled"), atTheGallery.map { it.text("state") })
    }

    @Test
    fun `an event says what was announced, in the app's language`() = inGallery {
        val evening = admin.announce(event("An evening"))
        val phone = signedIn(config = config(language = Language.EN))
        val event = phone.listed(evening)
        assertEquals(listOf("An evening", "", "Atrium"), listOf(event.title, event.description, event.place))
        assertEquals(START.plus(Duration.ofDays(3)), event.startsAt)
        assertEquals(START.plus(Duration.ofDays(2)), event.registrationClosesAt)
        assertEquals(2u to 2u, event.capacity to event.placesLeft)
        assertTrue(phone.events.list().zipWithNext().all { (one, next) -> one.startsAt <= next.startsAt })
    }

    @Test
    fun `a full event refuses with its reason`() = inGallery {
        val full = admin.announce(event("A tasting") { put("capacity", 0) })
        val phone = signedIn()
        phone.events.register(full)
        phone.drained()
        val refused = checkNotNull(phone.listed(full).registration)
        assertEquals(RegistrationState.REFUSED to RegistrationReason.EVENT_FULL, refused.state to refused.reason)
        assertTrue(' ' in refused.explanation.sentence)
    }

    @Test
    fun `what the phone knows itself is not queued`() = inGallery {
        val inAnHour = START.plus(Duration.ofHours(1)).toString()
        val early = admin.announce(event("Early") { put("registration_opens_at", inAnHour) })
        val phone = signedIn()
        val refused = assertInstanceOf<RegistrationChange.NotAccepted>(phone.events.register(early))
        assertEquals(RegistrationReason.REGISTRATION_NOT_OPEN, refused.reason)
        assertTrue(refused.explanation.nextStepSentence.isNotEmpty())
        assertEquals(0, phone.outbox.page(0, 10u).size)
    }

    private fun EventsSnapshot.of(event: EventId) = events.first { it.eventId == event }

    private suspend fun Phone.listed(event: EventId) = EventsSnapshot(events.list()).of(event)
}

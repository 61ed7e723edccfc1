package ru.vremenagoda.ffi

import java.time.Duration
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.support.inGallery
import ru.vremenagoda.ffi.support.snapshots
import ru.vremenagoda.testing.until

class RemindersTest {
    @Test
    fun `what expires is told in time, and what was handed out and shown is not told again`() = inGallery {
        val phone = signedIn()
        assertEquals(emptyList<Reminder>(), phone.reminders.plan())
        points(phone)
        val reminder = phone.reminders.plan().single()
        assertEquals(ReminderSubject.POINTS to ReminderKind.SERVICE, reminder.subject to reminder.kind)
        assertEquals("12 баллов действуют по 31 марта включительно, потом сгорят.", reminder.text)
        assertTrue(reminder.fireAt > phone.lent.clock.now() && reminder.validUntil > reminder.fireAt)
        assertFalse("баллов" in "$reminder")

        val changes = phone.reminders.changes(listOf("another"))
        assertEquals(listOf("another") to listOf(reminder), changes.cancel to changes.schedule)
        val same = phone.reminders.changes(listOf(reminder.id))
        assertEquals(ReminderChanges(emptyList(), emptyList()), same)
        timePasses(phone, Duration.ofDays(2))
        phone.sync.pull()
        assertEquals(emptyList<Reminder>(), phone.reminders.plan())
    }

    @Test
    fun `who observes has the plan and each other one`() = inGallery {
        val phone = signedIn()
        points(phone)
        val told = phone.reminders.snapshots().until("the plan") { it.isKnown }.plan
        assertEquals(phone.reminders.changes(emptyList()).schedule, told)
        phone.account.signOut()
        phone.reminders.snapshots().until("nobody's plan") { it.isKnown && it.plan.isEmpty() }
        assertEquals(told.map { it.id }, phone.reminders.changes(told.map { it.id }).cancel)
    }

    @Test
    fun `paused, nothing is planned`() = inGallery {
        val phone = signedIn()
        phone.core.pause()
        assertThrows<CoreException.Paused> { phone.reminders.plan() }
        assertThrows<CoreException.Paused> { phone.reminders.changes(emptyList()) }
        phone.core.resume()
        assertEquals(emptyList<Reminder>(), phone.reminders.plan())
    }
}

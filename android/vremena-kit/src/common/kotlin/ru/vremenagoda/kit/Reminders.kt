package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.Reminder
import ru.vremenagoda.ffi.ReminderChanges
import ru.vremenagoda.ffi.ReminderId
import ru.vremenagoda.ffi.RemindersListener
import ru.vremenagoda.ffi.RemindersSnapshot
import ru.vremenagoda.ffi.Reminders as CoreReminders

/** What local notifications are to remind of. The shell schedules what it is given, and chooses nothing. */
public class Reminders internal constructor(internal val core: CoreReminders, observing: Observing) {
    private val snapshots: Flow<RemindersSnapshot> = observing.flow(core) { heard ->
        observe(object : RemindersListener {
            override fun onReminders(snapshot: RemindersSnapshot) = heard(snapshot)
        })
    }

    /** The plan as all who look at once see it; `null` until the first snapshot. */
    public val state: StateFlow<RemindersSnapshot?> = observing.state(snapshots)

    /** The plan, now and whenever it changes: each time ask for [changes]. */
    public fun observe(): Flow<RemindersSnapshot> = snapshots

    /** The whole plan, to look at; what comes from here does not count as handed out. */
    public suspend fun plan(): List<Reminder> = core.calling { plan() }

    /**
     * What is to be done with the system's scheduler, which holds [scheduled] of these reminders, all of them. One
     * caller at a time, who does all of it before asking again.
     */
    public suspend fun changes(scheduled: List<ReminderId>): ReminderChanges = core.calling { changes(scheduled) }
}

package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Event
import ru.vremenagoda.ffi.EventId
import ru.vremenagoda.ffi.EventsListener
import ru.vremenagoda.ffi.EventsSnapshot
import ru.vremenagoda.ffi.RegistrationChange
import ru.vremenagoda.ffi.Events as CoreEvents

/** Events and tickets. */
public class Events internal constructor(internal val core: CoreEvents, observing: Observing) {
    private val snapshots: Flow<EventsSnapshot> = observing.flow(core) { heard ->
        observe(object : EventsListener {
            override fun onEvents(snapshot: EventsSnapshot) = heard(snapshot)
        })
    }

    /** The events as all who look at once see them; `null` until the first snapshot. */
    public val state: StateFlow<EventsSnapshot?> = observing.state(snapshots)

    /** The events, now and whenever they change. */
    public fun observe(): Flow<EventsSnapshot> = snapshots

    /** What is open to the member's tier or has a registration of theirs, the next one first; from the phone alone. */
    public suspend fun list(): List<Event> = core.calling { list() }

    /**
     * Registers the member; once it is queued the wish is on the disk and will be sent.
     * [CoreException.NotFound] for an event that the phone does not know.
     */
    public suspend fun register(eventId: EventId): RegistrationChange = core.calling { register(eventId) }

    /**
     * Cancels the member's registration, also one that has not been sent yet.
     * [CoreException.NotFound] where there is none.
     */
    public suspend fun cancel(eventId: EventId): RegistrationChange = core.calling { cancel(eventId) }
}

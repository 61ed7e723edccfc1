package ru.vremenagoda.kit

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.ProgrammeListener
import ru.vremenagoda.ffi.ProgrammeSnapshot
import ru.vremenagoda.ffi.Rulebook
import ru.vremenagoda.ffi.RulesVersion
import ru.vremenagoda.ffi.SentenceChange
import ru.vremenagoda.ffi.Programme as CoreProgramme

/** Tiers, progress, rules. */
public class Programme internal constructor(internal val core: CoreProgramme, observing: Observing) {
    private val snapshots: Flow<ProgrammeSnapshot> = observing.flow(core) { heard ->
        observe(object : ProgrammeListener {
            override fun onProgramme(snapshot: ProgrammeSnapshot) = heard(snapshot)
        })
    }

    /** Where the member stands, as all who look at once see it; `null` until the first snapshot. */
    public val state: StateFlow<ProgrammeSnapshot?> = observing.state(snapshots)

    /** Where the member stands, now and whenever it changes. */
    public fun observe(): Flow<ProgrammeSnapshot> = snapshots

    /** Where the member stands now. */
    public suspend fun snapshot(): ProgrammeSnapshot = core.calling { snapshot() }

    /**
     * What the rules say, for people: those of [version], or those in force.
     * [CoreException.NotFound] where this phone does not have them.
     */
    public suspend fun rulebook(version: UInt? = null): Rulebook = core.calling { rulebook(version) }

    /** What is another sentence in the rules of [to] than in those of [from], in reading order. */
    public suspend fun rulebookChanges(from: UInt, to: UInt): List<SentenceChange> =
        core.calling { rulebookChanges(from, to) }

    /** The rules that this phone has, those that apply last first. */
    public suspend fun rulesVersions(): List<RulesVersion> = core.calling { rulesVersions() }
}

package ru.vremenagoda.kit.android

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import java.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.DrainBudget

/**
 * Sends the queue while no screen is to be seen, as soon as there is a network, also after a restart of the phone. What
 * the system stops in the middle is sent again; the core sees to it that it arrives once.
 */
public class QueueJob : JobService() {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private var sending: Job? = null

    override fun onStartJob(parameters: JobParameters): Boolean {
        val process = VremenaProcess.of(this) ?: return false
        sending = scope.launch {
            val comesAgain = try {
                process.working { it.outbox.drain(DrainBudget(time = LIMIT)) }.nextDue != null
            } catch (_: CoreException) {
                true
            }
            jobFinished(parameters, comesAgain)
        }
        return true
    }

    override fun onStopJob(parameters: JobParameters): Boolean {
        sending?.cancel()
        return true
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    public companion object {
        /** Names the job among the app's own. */
        public const val ID: Int = 0x56524D

        /** Less than the ten minutes that the system gives a job. */
        private val LIMIT = Duration.ofMinutes(9)

        /** Has the system run it once there is a network. One that is scheduled already stays as it is. */
        public fun schedule(context: Context) {
            val scheduler = context.service<JobScheduler>()
            if (scheduler.getPendingJob(ID) != null) return
            val job = JobInfo.Builder(ID, ComponentName(context, QueueJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .setPersisted(true)
                .build()
            scheduler.schedule(job)
        }
    }
}

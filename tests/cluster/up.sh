#!/bin/bash
# Starts a Slurm cluster of three nodes on this machine alone, without systemd: munged, slurmctld, three slurmd on
# loopback. up.sh FOLDER keeps everything below FOLDER; down.sh FOLDER ends it. Needs root, slurm-wlm and munge.
set -euo pipefail
home=$1
nodes=3
host=$(hostname -s)

mkdir -p "$home"/{state,log,run}
getent hosts "$host" >/dev/null || echo "127.0.0.1 $host" >>/etc/hosts

# munge signs the messages between the daemons; it insists on its own user and on tight permissions
install -d -m 0755 -o munge -g munge /run/munge
install -d -m 0700 -o munge -g munge /var/lib/munge /var/log/munge /etc/munge
if [ ! -s /etc/munge/munge.key ]; then
    dd if=/dev/urandom of=/etc/munge/munge.key bs=128 count=1 status=none
    chown munge:munge /etc/munge/munge.key
    chmod 400 /etc/munge/munge.key
fi
if ! munge -n 2>/dev/null | unmunge >/dev/null 2>&1; then
    setpriv --reuid=munge --regid=munge --clear-groups /usr/sbin/munged
    echo /run/munge/munged.pid >"$home/run/munged"
fi
for _ in $(seq 40); do
    munge -n 2>/dev/null | unmunge >/dev/null 2>&1 && break
    sleep 0.25
done

cat >"$home/slurm.conf" <<CONF
ClusterName=segloss
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool.%n
SlurmctldPidFile=$home/run/slurmctld.pid
SlurmdPidFile=$home/run/slurmd.%n.pid
SlurmctldLogFile=$home/log/slurmctld.log
SlurmdLogFile=$home/log/slurmd.%n.log
SlurmctldPort=6827
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,batch_sched_delay=1,bf_interval=2
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
KillWait=5
NodeName=n[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[17101-$((17100 + nodes))] CPUs=2 RealMemory=1000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$home/slurm.conf
slurmctld
for i in $(seq $nodes); do
    mkdir -p "$home/spool.n$i"
    slurmd -N "n$i"
done
for _ in $(seq 80); do
    [ "$(sinfo -h -t idle -o %D | head -1)" = $nodes ] && exit 0
    sleep 0.25
done
echo "the nodes did not come up:" >&2
sinfo -N -l >&2
tail -n 20 "$home"/log/*.log >&2
exit 1

/** node-exporter's metrics on Linux. Facts: the output of its own end-to-end test and its metric descriptions (v1.10). */
export const nodeMetrics = `
node_cpu_seconds_total c cpu,mode Seconds that each CPU spent in each mode; idle is time without work.
node_cpu_guest_seconds_total c cpu,mode Seconds that each CPU spent running guests of virtual machines.
node_cpu_frequency_hertz g core,cpu,package Frequency at which a CPU runs now.
node_cpu_scaling_frequency_hertz g cpu Frequency that the kernel's governor set.
node_cpu_scaling_frequency_max_hertz g cpu Highest frequency that the governor may set.
node_cpu_scaling_frequency_min_hertz g cpu Lowest frequency that the governor may set.
node_cpu_core_throttles_total c core,package Times that a core was slowed down because of heat.
node_cpu_info g core,cpu,family,model,model_name,package,stepping,vendor Always 1; its labels describe the CPU.
node_load1 g - Load average of the last minute.
node_load5 g - Load average of the last five minutes.
node_load15 g - Load average of the last fifteen minutes.
node_memory_MemTotal_bytes g - Memory of the machine that the kernel can use.
node_memory_MemFree_bytes g - Memory that nothing uses, not even caches.
node_memory_MemAvailable_bytes g - Memory that programs can still get without swapping, an estimate of the kernel.
node_memory_Buffers_bytes g - Memory for buffers of block devices.
node_memory_Cached_bytes g - Memory for the page cache.
node_memory_Slab_bytes g - Memory for the kernel's own structures.
node_memory_SReclaimable_bytes g - The part of the slab memory that can be given back.
node_memory_Dirty_bytes g - Memory that waits to be written to disk.
node_memory_Active_bytes g - Memory that was used lately.
node_memory_Inactive_bytes g - Memory that was not used lately and goes first.
node_memory_SwapTotal_bytes g - Swap space in all.
node_memory_SwapFree_bytes g - Swap space that is free.
node_memory_SwapCached_bytes g - Memory that is also in swap still.
node_memory_HugePages_Total g - Huge pages in all.
node_memory_HugePages_Free g - Huge pages that are free.
node_memory_Hugepagesize_bytes g - Size of a huge page.
node_disk_reads_completed_total c device Reads that were finished.
node_disk_writes_completed_total c device Writes that were finished.
node_disk_read_bytes_total c device Bytes read.
node_disk_written_bytes_total c device Bytes written.
node_disk_read_time_seconds_total c device Seconds that all reads took together.
node_disk_write_time_seconds_total c device Seconds that all writes took together.
node_disk_io_now g device Reads and writes in progress.
node_disk_io_time_seconds_total c device Seconds in which the device was busy.
node_disk_io_time_weighted_seconds_total c device Seconds of work that was waiting or in progress; its rate is the queue's length.
node_disk_reads_merged_total c device Reads that were joined with another.
node_disk_writes_merged_total c device Writes that were joined with another.
node_disk_info g device,major,minor,model,path,revision,serial,wwn Always 1; its labels describe the disk.
node_filesystem_size_bytes g device,device_error,fstype,mountpoint Size of the file system.
node_filesystem_free_bytes g device,device_error,fstype,mountpoint Free space, with what only root may use.
node_filesystem_avail_bytes g device,device_error,fstype,mountpoint Free space for everybody.
node_filesystem_files g device,device_error,fstype,mountpoint Inodes in all.
node_filesystem_files_free g device,device_error,fstype,mountpoint Free inodes.
node_filesystem_readonly g device,device_error,fstype,mountpoint 1 where the file system is mounted read-only.
node_filesystem_device_error g device,device_error,fstype,mountpoint 1 where its figures could not be read.
node_network_receive_bytes_total c device Bytes received.
node_network_transmit_bytes_total c device Bytes sent.
node_network_receive_packets_total c device Packets received.
node_network_transmit_packets_total c device Packets sent.
node_network_receive_errs_total c device Packets received with an error.
node_network_transmit_errs_total c device Packets whose sending failed.
node_network_receive_drop_total c device Received packets that were dropped.
node_network_transmit_drop_total c device Packets that were dropped before sending.
node_network_up g device 1 where the interface is up.
node_network_info g address,adminstate,broadcast,device,duplex,ifalias,operstate Always 1; its labels describe the interface.
node_network_carrier g device 1 where the interface has a link.
node_network_carrier_changes_total c device Times that the link came or went.
node_network_speed_bytes g device Speed of the interface in bytes a second.
node_network_mtu_bytes g device Largest packet of the interface.
node_boot_time_seconds g - When the machine was started, in seconds since 1970.
node_time_seconds g - The machine's clock, in seconds since 1970.
node_timex_offset_seconds g - How far the clock is off its source.
node_timex_sync_status g - 1 where the clock is in step with its source.
node_timex_maxerror_seconds g - How far the clock may be off at most.
node_timex_estimated_error_seconds g - How far the clock is probably off.
node_uname_info g domainname,machine,nodename,release,sysname,version Always 1; its labels are those of uname.
node_os_info g build_id,id,id_like,name,pretty_name,version,version_codename,version_id Always 1; its labels are those of os-release.
node_dmi_info g bios_vendor,bios_version,board_name,board_vendor,product_name,system_vendor Always 1; its labels describe the hardware.
node_filefd_allocated g - File descriptors in use.
node_filefd_maximum g - File descriptors that there may be.
node_nf_conntrack_entries g - Connections that are being tracked.
node_nf_conntrack_entries_limit g - Connections that can be tracked at most.
node_vmstat_pgfault u - Page faults.
node_vmstat_pgmajfault u - Page faults that needed the disk.
node_vmstat_pgpgin u - Kilobytes read from block devices.
node_vmstat_pgpgout u - Kilobytes written to block devices.
node_vmstat_pswpin u - Pages brought in from swap.
node_vmstat_pswpout u - Pages put out to swap.
node_vmstat_oom_kill u - Processes that were killed because memory ran out.
node_context_switches_total c - Context switches.
node_intr_total c - Interrupts served.
node_forks_total c - Processes started.
node_procs_running g - Processes that can run now.
node_procs_blocked g - Processes that wait for input or output.
node_sockstat_sockets_used g - Sockets in use.
node_sockstat_TCP_inuse g - TCP sockets in use.
node_sockstat_TCP_tw g - TCP sockets that wait to be closed for good.
node_sockstat_TCP_alloc g - TCP sockets allocated.
node_netstat_Tcp_CurrEstab u - TCP connections that are established.
node_netstat_Tcp_ActiveOpens u - TCP connections that were opened from here.
node_netstat_Tcp_PassiveOpens u - TCP connections that were opened from elsewhere.
node_netstat_Tcp_RetransSegs u - TCP segments that were sent again.
node_netstat_Tcp_InSegs u - TCP segments received.
node_netstat_Tcp_OutSegs u - TCP segments sent.
node_pressure_cpu_waiting_seconds_total c - Seconds in which something waited for a CPU.
node_pressure_memory_waiting_seconds_total c - Seconds in which something waited for memory.
node_pressure_memory_stalled_seconds_total c - Seconds in which everything waited for memory.
node_pressure_io_waiting_seconds_total c - Seconds in which something waited for input or output.
node_pressure_io_stalled_seconds_total c - Seconds in which everything waited for input or output.
node_schedstat_running_seconds_total c cpu Seconds in which processes ran.
node_schedstat_waiting_seconds_total c cpu Seconds in which processes waited for this CPU.
node_softnet_dropped_total c cpu Packets that were dropped because the backlog was full.
node_softnet_processed_total c cpu Packets that were processed.
node_hwmon_temp_celsius g chip,sensor Temperature of a sensor.
node_hwmon_temp_crit_celsius g chip,sensor Temperature at which a sensor is critical.
node_thermal_zone_temp g type,zone Temperature of a zone in degrees Celsius.
node_md_disks g device,state Disks of a RAID by their state.
node_md_disks_required g device Disks that a RAID needs.
node_md_state g device,state 1 for the state that a RAID is in.
node_bonding_slaves g master Interfaces that a bond is made of.
node_bonding_active g master Interfaces of a bond that are up.
node_systemd_unit_state g name,state,type 1 for the state that a unit is in.
node_arp_entries g device Entries of the ARP table.
node_entropy_available_bits g - Entropy at hand.
node_textfile_scrape_error g - 1 where a file of the textfile collector could not be read.
node_textfile_mtime_seconds g file When a file of the textfile collector was written, in seconds since 1970.
node_scrape_collector_success g collector 1 where a collector did its work.
node_scrape_collector_duration_seconds g collector How long a collector took.
node_exporter_build_info g branch,goarch,goos,goversion,revision,tags,version Always 1; its labels say what was built.
`;

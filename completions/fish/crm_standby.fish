# Made from the tool's option table; BLESS=1 cargo test -p pcmk-cli --test generated
complete -c crm_standby -f
complete -c crm_standby -s 'G' -l query -d 'Show whether the node is in standby (default)'
complete -c crm_standby -s 'v' -l update -r -f -d 'Set standby: on or off'
complete -c crm_standby -s 'D' -l delete -d 'Let standby have its default again'
complete -c crm_standby -s 'N' -l node -r -f -d 'The node, by default this one'
complete -c crm_standby -s 'l' -l lifetime -r -f -a 'reboot forever' -d 'How long it lasts'
complete -c crm_standby -s 'i' -l id -r -f -d 'XML id of the attribute'
complete -c crm_standby -s 'q' -l quiet -d 'Show the value only'
complete -c crm_standby -s 'V' -l verbose -d 'Show more messages'
complete -c crm_standby -s '?' -l help -d 'Show this text'
complete -c crm_standby -s '$' -l version -d 'Show the version'
